using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Unwinding;

/// <summary>Call frame information becomes rules.</summary>
public sealed partial class CallFrameTests
{
    private const ulong Address = 0x10000, Code = 0x2000;

    // Version 1, zR, addresses of four bytes from where they stand; at the beginning the frame's address is rsp + 8.
    private static readonly byte[] s_common = [1, (byte)'z', (byte)'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1];

    [Fact]
    public void Every_row_is_as_readelf_reads_it()
    {
        string library = File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).First(path => path.Contains("/libc.so.6", StringComparison.Ordinal) || path.Contains("/libc-2", StringComparison.Ordinal));
        (byte[] section, ulong address) = Section(library);
        var rules = new UnwindRules(int.MaxValue);
        Compile(section, address, rules);
        int compared = 0;
        bool isSignal = false;
        string[] columns = [];
        HashSet<string> signals = [];
        foreach (string line in Run("readelf", "--debug-dump=frames-interp", library).Split('\n'))
        {
            string[] cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (cells is [var offset, _, _, "CIE", "\"zRS\"", ..])
                signals.Add(offset);
            else if (cells is [_, _, _, "FDE", var common, ..])
                isSignal = signals.Contains(common[4..]);
            else if (cells is ["LOC", ..])
                columns = cells;
            else if (cells.Length > 2 && cells.Length == columns.Length && !isSignal && Hexadecimal().IsMatch(cells[0]) && ulong.Parse(cells[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) is > 0 and var pc)
            {
                int column = Array.IndexOf(columns, "rbp");
                AssertAgree(line, Find(rules, pc), cells[1], column < 0 ? "u" : cells[column], cells[^1]);
                compared++;
            }
        }
        Assert.True(compared > 10_000, $"{compared} rows");
        Assert.True(rules.Count > 10_000);
    }

    [Fact]
    public void Frames_grow_and_shrink_with_the_code()
    {
        // push rbp; mov rsp, rbp; …; leave; and a part that is laid out after the end.
        UnwindRules rules = Compile(0x40, [0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x0a, 0x60, 0x0c, 7, 8, 0xc6, 0x41, 0x0b]);
        Assert.Equal(
            [(Code, Rule(UnwindKind.Sp, 1, 0)), (Code + 1, Rule(UnwindKind.Sp, 2, -2)), (Code + 4, Rule(UnwindKind.Bp, 2, -2)), (Code + 0x24, Rule(UnwindKind.Sp, 1, 0)), (Code + 0x25, Rule(UnwindKind.Bp, 2, -2)), (Code + 0x40, UnwindRule.None)],
            All(rules));
    }

    [Fact]
    public void What_a_row_cannot_say_is_not_guessed()
    {
        foreach ((byte[] instructions, UnwindRule expected) in ((byte[], UnwindRule)[])
        [
            ([0x07, 16], Rule(UnwindKind.End, 0, 0)),
            ([0x0c, 10, 0], UnwindRule.None),
            ([0x0e, 12], UnwindRule.None),
            ([0x90, 2], UnwindRule.None),
            ([0x08, 16], UnwindRule.None),
            ([0x0f, 2, 0x77, 8], UnwindRule.None),
            ([0x0f, 3, 0x76, 0x78, 0x06], Rule(UnwindKind.BpAt, -1, 0)),
            ([0x0f, 11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22], Rule(UnwindKind.Plt, 11, 0)),
            ([0x10, 6, 2, 0x76, 0], Rule(UnwindKind.Sp, 1, (sbyte)UnwindBase.AtItself)),
            ([0x10, 6, 2, 0x77, 0], Rule(UnwindKind.Sp, 1, (sbyte)UnwindBase.Lost)),
            ([0x16, 6, 1, 0x30], Rule(UnwindKind.Sp, 1, (sbyte)UnwindBase.Lost)),
            ([0x09, 6, 3], Rule(UnwindKind.Sp, 1, (sbyte)UnwindBase.Lost)),
            ([0x05, 6, 0x90, 0x01], Rule(UnwindKind.Sp, 1, (sbyte)UnwindBase.Lost)),
            ([0x2e, 16], Rule(UnwindKind.Sp, 1, 0)),
            ([0x3f], UnwindRule.None),
            ([0x0b], UnwindRule.None),
            ([0x0e], UnwindRule.None),
        ])
            Assert.Equal((Code, expected), All(Compile(0x10, instructions))[0]);
    }

    [Fact]
    public void Damaged_sections_give_fewer_rules_and_no_more_than_they_have_room_for()
    {
        (byte[] section, ulong address) = Section(Environment.ProcessPath!);
        byte[] part = section[..Math.Min(section.Length, 16 << 10)];
        for (int seed = 0; seed < 400; seed++)
        {
            byte[] damaged = seed % 4 == 0 ? new byte[part.Length] : [.. part];
            var random = new Random(seed);
            if (seed % 4 == 0)
                random.NextBytes(damaged);
            for (int i = 0; i < 1 << (seed % 12); i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var rules = new UnwindRules(2000);
            Compile(damaged, address, rules);
            Assert.InRange(rules.Count, 0, 2000);
            for (int i = 1; i < rules.Count; i++)
                Assert.True(rules[i].Pc > rules[i - 1].Pc);
        }
    }

    [Theory]
    [InlineData(100, 3)]
    [InlineData(600, 0)]
    public void What_all_code_shares_is_short_as_each_goes_through_it(int nops, int expected) =>
        Assert.Equal(expected, Compile(0x40, [0x41, 0x0e, 16], [.. s_common, .. new byte[nops]]).Count);

    [Fact]
    public void Tables_are_cut_into_pages_that_find_every_rule()
    {
        var rules = new UnwindRules(int.MaxValue);
        for (int i = 0; i < 600_000; i++)
            rules.Add((ulong)i * 3 + 7, Rule(UnwindKind.Sp, (short)(i % 100 + 1), (sbyte)-(i % 7)));
        rules.Add(1UL << 40, Rule(UnwindKind.End, 0, 0));
        var table = new UnwindTable(rules);
        UnwindTable.Part[] parts = [.. table.Parts()];
        Assert.Equal([(7UL, 0, 524_288), (524_288UL * 3 + 7, 524_288, 600_000 - 524_288), (1UL << 40, 600_000, 1)], parts.Select(part => (part.Begin, part.First, part.Count)));
        Assert.Equal([1025, 149, 2], parts.Select(part => part.Pages));
        byte[] page = new byte[UnwindTable.PageBytes];
        table.Write(parts[1], 0, page);
        Assert.Equal([0u, 512 * 3, uint.MaxValue], new[] { 0, 1, 1023 }.Select(index => BitConverter.ToUInt32(page, index * 4)));
        table.Write(parts[1], 148, page);
        ReadOnlySpan<UnwindRow> rows = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, UnwindRow>(page);
        int last = (600_000 - 524_288) % 512 - 1;
        Assert.Equal((uint)(599_999 - 524_288) * 3, rows[last].Pc);
        Assert.Equal((uint.MaxValue, 0), (rows[last + 1].Pc, rows[last + 1].Kind));
    }

    [GeneratedRegex("^[0-9a-f]{16}$")]
    private static partial Regex Hexadecimal();

    private static void AssertAgree(string line, UnwindRule rule, string cfa, string @base, string returns)
    {
        if (returns == "u")
        {
            Assert.True(rule.Kind == UnwindKind.End, $"{line}: {rule}");
            return;
        }
        string register = cfa.Split('+', '-')[0];
        UnwindKind[] kinds = register switch
        {
            "rsp" => [UnwindKind.Sp],
            "rbp" => [UnwindKind.Bp],
            "exp" => [UnwindKind.Plt, UnwindKind.BpAt, UnwindKind.None],
            _ => [UnwindKind.None],
        };
        Assert.True(kinds.Contains(rule.Kind), $"{line}: {rule}");
        if (rule.Kind is UnwindKind.Sp or UnwindKind.Bp)
            Assert.True(rule.Cfa * 8 == int.Parse(cfa[register.Length..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), $"{line}: {rule}");
        if (rule.Kind == UnwindKind.None || @base is "exp" or "vexp")
            return;
        Assert.True(rule.Base * 8 == (@base is "u" or "s" ? 0 : int.Parse(@base[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)), $"{line}: {rule}");
    }

    private static UnwindRule Find(UnwindRules rules, ulong pc)
    {
        int low = 0, high = rules.Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (rules[middle].Pc <= pc)
                low = middle;
            else
                high = middle;
        }
        return rules[low].Rule;
    }

    // A section of one common part and one run of code.
    private static UnwindRules Compile(uint length, byte[] instructions, byte[]? common = null)
    {
        List<byte> section = [];
        Entry(section, [0, 0, 0, 0, .. common ?? s_common]);
        int at = section.Count + 4;
        int begin = (int)Code - (int)Address - (at + 4);
        Entry(section, [.. BitConverter.GetBytes(at), .. BitConverter.GetBytes(begin), .. BitConverter.GetBytes(length), 0, .. instructions]);
        section.AddRange(new byte[4]);
        var rules = new UnwindRules(int.MaxValue);
        Compile([.. section], Address, rules);
        return rules;
    }

    private static void Compile(byte[] section, ulong address, UnwindRules rules) =>
        UnwindTable.Compile(rules, new CallFrames(section, new CallFrameSection(section, address, isDebug: false).Read()), CallFrames.None);

    private static void Entry(List<byte> section, byte[] content)
    {
        section.AddRange(BitConverter.GetBytes(content.Length));
        section.AddRange(content);
    }

    private static (byte[] Section, ulong Address) Section(string path)
    {
        using FileBytes bytes = RootedFile.Open("/", path)!;
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? elf));
        ElfFile.Section section = elf.Sections.Single(section => section.Name == ".eh_frame");
        return (elf.Read(section, int.MaxValue)!, section.Address);
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static UnwindRule Rule(UnwindKind kind, short cfa, sbyte @base) => new(kind, cfa, @base);

    private static (ulong Pc, UnwindRule Rule)[] All(UnwindRules rules) => [.. Enumerable.Range(0, rules.Count).Select(index => rules[index])];
}
