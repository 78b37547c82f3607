using System.Runtime.InteropServices;
using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling.Unwinding;

/// <summary>The rules of a file, cut into parts that each fit into a table of the kernel side.</summary>
/// <param name="rules">They.</param>
internal sealed class UnwindTable(UnwindRules rules)
{
    /// <summary>The size of a page.</summary>
    internal const int PageBytes = 4096;

    private const int PageRows = 512, MostPages = 1024, MostRules = 4 << 20, MostSectionBytes = 64 << 20;
    private const uint Unused = uint.MaxValue;

    /// <summary>Some rules that follow each other.</summary>
    /// <param name="Begin">The address from which on they hold.</param>
    /// <param name="First">The number of the first.</param>
    /// <param name="Count">How many there are.</param>
    internal readonly record struct Part(ulong Begin, int First, int Count)
    {
        /// <summary>Pages of rows, and the one that tells where each begins.</summary>
        internal int Pages => 1 + (Count + PageRows - 1) / PageRows;
    }

    /// <summary>How many rules there are.</summary>
    internal int Count => rules.Count;

    /// <summary>Compiles the call frame information of a file; a file without any has a table without rules.</summary>
    /// <remarks>A program that was compiled without <c>.eh_frame</c> still has the one of what it was linked with. Go's <c>.debug_frame</c> does
    /// not tell where the base pointer is, and Go keeps frame pointers.</remarks>
    /// <param name="elf">The file.</param>
    /// <param name="path">Where the process sees it.</param>
    /// <param name="roots">The roots in which a separate file is looked for, when this one has nothing for debuggers.</param>
    internal static UnwindTable Of(ElfFile elf, string path = "", params IReadOnlyList<string> roots) => new(RulesOf(elf, path, roots));

    /// <summary>The same as rules.</summary>
    internal static UnwindRules RulesOf(ElfFile elf, string path = "", params IReadOnlyList<string> roots)
    {
        CallFrames? separate = null;
        if (elf.Sections.All(section => section.Name != ".gopclntab"))
            separate = DebugFrames(elf, elf, 0) ?? DebugFiles.Find(elf, path, roots, (debug, distance) => DebugFrames(elf, debug, distance));
        var rules = new UnwindRules(MostRules);
        Compile(rules, MappedFrames(elf) ?? CallFrames.None, separate ?? CallFrames.None);
        return rules;
    }

    // A linker makes one section of each name.
    private static CallFrames? MappedFrames(ElfFile elf) =>
        elf.Sections.FirstOrDefault(section => section.Name == ".eh_frame") is { Name: not null } section && elf.Read(section, MostSectionBytes) is { } bytes
            ? new CallFrames(bytes, new CallFrameSection(bytes, section.Address, isDebug: false).Read()) : null;

    // Null when the file that may have them has none.
    private static CallFrames? DebugFrames(ElfFile elf, ElfFile debug, ulong distance)
    {
        if (debug.Sections.FirstOrDefault(section => section.Name == ".debug_frame") is not { Name: not null } section || DebugSection.Read(debug, section, MostSectionBytes) is not { } bytes)
            return null;
        List<CallFrame> frames = new CallFrameSection(bytes, 0, isDebug: true).Read();
        frames.RemoveAll(frame => frame.Begin == 0 || !IsCode(elf, frame.Moved(distance)));
        for (int i = 0; i < frames.Count; i++)
            frames[i] = frames[i].Moved(distance);
        return new CallFrames(bytes, frames);
    }

    /// <summary>Compiles runs of code by their addresses.</summary>
    internal static void Compile(UnwindRules rules, CallFrames first, CallFrames second)
    {
        var program = new CallFrameProgram(rules);
        for (int i = 0, j = 0; i < first.All.Count || j < second.All.Count;)
        {
            if (j >= second.All.Count || (i < first.All.Count && first.All[i].Begin <= second.All[j].Begin))
                program.Add(first.Section, first.All[i++]);
            else
                program.Add(second.Section, second.All[j++]);
        }
    }

    // Of functions that the linker left out, what tells of them stays, and begins at 0.
    private static bool IsCode(ElfFile elf, CallFrame frame) =>
        frame.Begin < frame.End && elf.Layout.Segments.Any(segment => segment.IsCode && frame.Begin >= segment.Address && frame.End <= segment.Address + segment.Bytes);

    /// <summary>Its parts, by address.</summary>
    internal IEnumerable<Part> Parts()
    {
        int first = 0;
        for (int at = 1; at <= rules.Count; at++)
        {
            if (at < rules.Count && at - first < PageRows * MostPages && rules[at].Pc - rules[first].Pc < Unused)
                continue;
            yield return new Part(rules[first].Pc, first, at - first);
            first = at;
        }
    }

    /// <summary>Writes a page of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="number">From 0.</param>
    /// <param name="page">Room for it.</param>
    internal void Write(Part part, int number, Span<byte> page)
    {
        Span<uint> firsts = MemoryMarshal.Cast<byte, uint>(page);
        Span<UnwindRow> rows = MemoryMarshal.Cast<byte, UnwindRow>(page);
        if (number == 0)
        {
            firsts.Fill(Unused);
            for (int i = 0; i < part.Pages - 1; i++)
                firsts[i] = Row(part, i * PageRows).Pc;
            return;
        }
        rows.Fill(new UnwindRow { Pc = Unused });
        for (int i = 0; i < PageRows && (number - 1) * PageRows + i < part.Count; i++)
            rows[i] = Row(part, (number - 1) * PageRows + i);
    }

    private UnwindRow Row(Part part, int at)
    {
        (ulong pc, UnwindRule rule) = rules[part.First + at];
        return new UnwindRow { Pc = (uint)(pc - part.Begin), Cfa = rule.Cfa, Base = rule.Base, Kind = (byte)rule.Kind };
    }
}
