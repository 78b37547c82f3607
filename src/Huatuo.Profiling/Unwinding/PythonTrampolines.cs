using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Unwinding;

/// <summary>
/// The code that CPython copies for each function of Python with <c>-X perf</c> (Python/asm_trampoline.S): room for a word is made, the
/// interpreter called, the room given back; from 3.14 on, and 3.13.6, the base pointer is kept in it. There is no call frame
/// information of it; but one rule holds while the interpreter runs.
/// </summary>
/// <param name="Key">What tells its table from those of files.</param>
/// <param name="Base">Where the caller's base pointer is: an <see cref="UnwindBase"/>, or words from the frame's address.</param>
internal sealed record PythonTrampolines(string Key, sbyte Base)
{
    private const short WordsToCaller = 2;
    private const string Annotation = "[anon:";

    private static readonly PythonTrampolines s_plain = new("[CPython trampolines]", (sbyte)UnwindBase.Kept), s_framed = new("[CPython trampolines with frame pointers]", -WordsToCaller);

    // sub $8,%rsp; call *%rcx; add $8,%rsp; ret.
    private static ReadOnlySpan<byte> Plain => [0x48, 0x83, 0xec, 0x08, 0xff, 0xd1, 0x48, 0x83, 0xc4, 0x08, 0xc3];

    // push %rbp; mov %rsp,%rbp; call *%rcx; pop %rbp; ret.
    private static ReadOnlySpan<byte> Framed => [0x55, 0x48, 0x89, 0xe5, 0xff, 0xd1, 0x5d, 0xc3];

    // endbr64, before it where the compiler protects branches.
    private static ReadOnlySpan<byte> Branch => [0xf3, 0x0f, 0x1e, 0xfa];

    /// <summary>What memory of a process without a file begins with; null when it is no such code.</summary>
    /// <param name="folder">The process's folder in proc.</param>
    /// <param name="mapping">The memory.</param>
    internal static PythonTrampolines? Of(string folder, Mapping mapping)
    {
        // A program may have named it (PR_SET_VMA_ANON_NAME, 5.17).
        if (!(mapping.Path.Length == 0 || mapping.Path.StartsWith(Annotation, StringComparison.Ordinal)) || mapping.File.Length > 0 || mapping.Start > long.MaxValue)
            return null;
        Span<byte> begin = stackalloc byte[Branch.Length + Plain.Length];
        try
        {
            using SafeFileHandle memory = File.OpenHandle(folder + "/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return RandomAccess.Read(memory, begin, (long)mapping.Start) == begin.Length ? Of(begin) : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The one rule.</summary>
    internal UnwindTable Table()
    {
        var rules = new UnwindRules(most: 2);
        rules.Add(0, new UnwindRule(UnwindKind.Sp, WordsToCaller, Base));
        return new UnwindTable(rules);
    }

    private static PythonTrampolines? Of(ReadOnlySpan<byte> begin)
    {
        ReadOnlySpan<byte> code = begin.StartsWith(Branch) ? begin[Branch.Length..] : begin;
        return code.StartsWith(Plain) ? s_plain : code.StartsWith(Framed) ? s_framed : null;
    }
}
