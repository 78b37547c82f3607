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

    private const int PageRows = 512, MostPages = 1024, MostRules = 8 << 20, MostSectionBytes = 128 << 20;
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
        List<(byte[] Section, CallFrame Frame)> frames = [];
        foreach (ElfFile.Section section in elf.Sections)
            if (section.Name == ".eh_frame" && elf.Read(section, MostSectionBytes) is { } bytes)
                frames.AddRange(new CallFrameSection(bytes, section.Address, isDebug: false).Read().Select(frame => (bytes, frame)));
        if (elf.Sections.All(section => section.Name != ".gopclntab"))
            frames.AddRange(DebugFrames(elf, elf, 0) ?? DebugFiles.Find(elf, path, roots, (debug, distance) => DebugFrames(elf, debug, distance)) ?? []);
        var rules = new UnwindRules(MostRules);
        Compile(frames, rules);
        return rules;
    }

    // Null when the file that may have them has none.
    private static List<(byte[] Section, CallFrame Frame)>? DebugFrames(ElfFile elf, ElfFile debug, ulong distance)
    {
        List<(byte[] Section, CallFrame Frame)>? frames = null;
        foreach (ElfFile.Section section in debug.Sections)
            if (section.Name == ".debug_frame" && DebugSection.Read(debug, section, MostSectionBytes) is { } bytes)
                (frames ??= []).AddRange(new CallFrameSection(bytes, 0, isDebug: true).Read().Where(frame => frame.Begin > 0)
                    .Select(frame => frame with { Begin = frame.Begin + distance, End = frame.End + distance }).Where(frame => IsCode(elf, frame)).Select(frame => (bytes, frame)));
        return frames;
    }

    /// <summary>Compiles runs of code, each with the section that tells of it.</summary>
    internal static void Compile(IEnumerable<(byte[] Section, CallFrame Frame)> frames, UnwindRules rules)
    {
        var program = new CallFrameProgram(rules);
        foreach ((byte[] section, CallFrame frame) in frames.OrderBy(one => one.Frame.Begin))
            program.Add(section, frame);
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
