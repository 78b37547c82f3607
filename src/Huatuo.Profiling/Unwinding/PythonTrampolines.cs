using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Unwinding;

/// <summary>
/// The code that CPython 3.12 and 3.13 copy for each function of Python with <c>-X perf</c> (Python/asm_trampoline.S): room for a word is
/// made, the interpreter called, the room given back. It keeps no frame pointer and has no call frame information; but one rule holds
/// while the interpreter runs.
/// </summary>
internal static class PythonTrampolines
{
    /// <summary>What tells its table from those of files.</summary>
    internal const string Key = "[CPython trampolines]";

    private const short WordsToCaller = 2;

    // sub $8,%rsp; call *%rcx; add $8,%rsp; ret.
    private static ReadOnlySpan<byte> Code => [0x48, 0x83, 0xec, 0x08, 0xff, 0xd1, 0x48, 0x83, 0xc4, 0x08, 0xc3];

    // endbr64, before it where the compiler protects branches.
    private static ReadOnlySpan<byte> Branch => [0xf3, 0x0f, 0x1e, 0xfa];

    /// <summary>Whether memory of a process without a file begins with such code.</summary>
    /// <param name="folder">The process's folder in proc.</param>
    /// <param name="mapping">The memory.</param>
    internal static bool Are(string folder, Mapping mapping)
    {
        if (mapping.Path.Length > 0 || mapping.File.Length > 0 || mapping.Start > long.MaxValue)
            return false;
        Span<byte> begin = stackalloc byte[Branch.Length + Code.Length];
        try
        {
            using SafeFileHandle memory = File.OpenHandle(folder + "/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return RandomAccess.Read(memory, begin, (long)mapping.Start) == begin.Length && Are(begin);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The same of its first bytes.</summary>
    internal static bool Are(ReadOnlySpan<byte> begin) => begin.StartsWith(Code) || (begin.StartsWith(Branch) && begin[Branch.Length..].StartsWith(Code));

    /// <summary>The one rule.</summary>
    internal static UnwindTable Table()
    {
        var rules = new UnwindRules(most: 2);
        rules.Add(0, new UnwindRule(UnwindKind.Sp, WordsToCaller, (sbyte)UnwindBase.Kept));
        return new UnwindTable(rules);
    }
}
