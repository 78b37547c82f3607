using System.Text;
using Huatuo.Linux.Kallsyms;

namespace Huatuo.Linux.Tests.Kallsyms;

public class KernelSymbolsTests
{
    // Sorted core; then modules and BPF in no order, as the kernel appends them.
    private const string Small = """
        0000000000000000 A __per_cpu_start
        0000000000001000 D cpu_tss_rw
        ffffffff81000000 T _stext
        ffffffff81000000 T _text
        ffffffff81000100 t do_one
        ffffffff81000200 W weak_two
        ffffffff81000300 w Weak_three
        ffffffff81000400 T last_text
        ffffffff81000500 R __start_rodata
        ffffffff81000600 D jiffies
        ffffffff81800000 t init_fn
        ffffffffc0003000 t nf_last	[nf_tables]
        ffffffffc0001000 t nf_first	[nf_tables]
        ffffffffc0004000 d nf_data	[nf_tables]
        ffffffffc0002000 T nf_second	[nf_tables]
        ffffffffc0100000 t bpf_prog_0123456789abcdef_drop	[bpf]
        ffffffffc0080000 t ftrace_trampoline	[__builtin__ftrace]

        """;

    private static KernelSymbols Load(string kallsyms)
    {
        using var tree = new TreeFixture().Write("kallsyms", kallsyms);
        return KernelSymbols.Load(tree.Root);
    }

    private static string Format(KernelSymbols symbols, ulong address)
    {
        byte[] buffer = new byte[KernelSymbols.MaxFormattedBytes];
        return Encoding.UTF8.GetString(buffer, 0, symbols.Format(address, buffer));
    }

    [Theory]
    [InlineData(0xffffffff81000000, "_stext+0x0")]
    [InlineData(0xffffffff810000ff, "_stext+0xff")]
    [InlineData(0xffffffff81000100, "do_one+0x0")]
    [InlineData(0xffffffff8100021a, "weak_two+0x1a")]
    [InlineData(0xffffffff81000300, "Weak_three+0x0")]
    [InlineData(0xffffffff810004ff, "last_text+0xff")]
    [InlineData(0xffffffff81000500, "0xffffffff81000500")]
    [InlineData(0xffffffff81000610, "0xffffffff81000610")]
    [InlineData(0xffffffff81900000, "init_fn+0x100000")]
    [InlineData(0xffffffff81900001, "0xffffffff81900001")]
    [InlineData(0xffffffffc0000fff, "0xffffffffc0000fff")]
    [InlineData(0xffffffffc0001004, "nf_first+0x4 [nf_tables]")]
    [InlineData(0xffffffffc0002000, "nf_second+0x0 [nf_tables]")]
    [InlineData(0xffffffffc0003fff, "nf_last+0xfff [nf_tables]")]
    [InlineData(0xffffffffc0004000, "0xffffffffc0004000")]
    [InlineData(0xffffffffc0080010, "ftrace_trampoline+0x10 [__builtin__ftrace]")]
    [InlineData(0xffffffffc0110000, "bpf_prog_0123456789abcdef_drop+0x10000 [bpf]")]
    [InlineData(0xffffffffc0110001, "0xffffffffc0110001")]
    [InlineData(0x7f0012345678, "0x7f0012345678")]
    [InlineData(0, "0x0")]
    [InlineData(ulong.MaxValue, "0xffffffffffffffff")]
    public void An_address_is_told_by_the_function_it_lies_in(ulong address, string expected)
    {
        var symbols = Load(Small);
        Assert.Equal(SymbolsState.Ok, symbols.State);
        Assert.Equal("", symbols.Note);
        Assert.Equal(0, symbols.MalformedLines);
        Assert.Equal(11, symbols.Count);
        Assert.Equal(expected, Format(symbols, address));
    }

    [Fact]
    public void Format_cuts_at_the_end_of_the_destination()
    {
        var symbols = Load(Small);
        string whole = Format(symbols, 0xffffffffc0002010);
        for (int length = 0; length <= whole.Length; length++)
        {
            byte[] buffer = new byte[length];
            Assert.Equal(length, symbols.Format(0xffffffffc0002010, buffer));
            Assert.Equal(whole[..length], Encoding.UTF8.GetString(buffer));
        }
    }

    [Fact]
    public void The_longest_name_and_module_fit_the_stated_size()
    {
        string name = new('n', 511);
        string module = new('m', 64);
        var symbols = Load($"1 T {name}\t[{module}]\n");
        Assert.Equal($"{name}+0xffff [{module}]", Format(symbols, 0x10000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ffffffff81000000")]
    [InlineData("ffffffff81000000 T ")]
    [InlineData("ffffffff81000000 T")]
    [InlineData("ffffffff81000000  T name")]
    [InlineData("ffffffff81000000 TT name")]
    [InlineData("11ffffffff81000000 T name")]
    [InlineData("ffffffff8100000g T name")]
    [InlineData(" T name")]
    [InlineData("ffffffff81000000 T a name")]
    [InlineData("ffffffff81000000 T name\t")]
    [InlineData("ffffffff81000000 T name\t[]")]
    [InlineData("ffffffff81000000 T name\t[mod")]
    [InlineData("ffffffff81000000 T name\tmod]")]
    [InlineData("ffffffff81000000 T \t[mod]")]
    [InlineData("ffffffff81000000 T name\t[a b]")]
    [InlineData("ffffffff81000000 T na\0me")]
    public void A_malformed_line_is_counted_and_skipped(string line)
    {
        var symbols = Load($"ffffffff80000000 T first\n{line}\nffffffff82000000 T last");
        Assert.Equal(1, symbols.MalformedLines);
        Assert.Equal(2, symbols.Count);
        Assert.Equal("first+0x1", Format(symbols, 0xffffffff80000001));
        Assert.Equal("last+0x1", Format(symbols, 0xffffffff82000001));
    }

    [Fact]
    public void Names_and_lines_beyond_the_kernels_limits_are_malformed()
    {
        var symbols = Load(
            $"1000 T {new string('a', 512)}\n2000 T {new string('b', 700_000)}\n3000 T good\n4000 T x\t[{new string('m', 65)}]\n");
        Assert.Equal(3, symbols.MalformedLines);
        Assert.Equal(1, symbols.Count);
        Assert.Equal("good+0x0", Format(symbols, 0x3000));
    }

    [Theory]
    [InlineData("2\n", "Kernel addresses are hidden: run `sysctl -w kernel.kptr_restrict=1` and give the agent CAP_SYSLOG (kernel.kptr_restrict is 2).")]
    [InlineData("1\n", "Kernel addresses are hidden: give the agent CAP_SYSLOG (kernel.kptr_restrict is 1).")]
    [InlineData("0\n", "Kernel addresses are hidden: give the agent CAP_SYSLOG (kernel.kptr_restrict is 0).")]
    [InlineData(null, "Kernel addresses are hidden: run `sysctl -w kernel.kptr_restrict=1` and give the agent CAP_SYSLOG.")]
    public void Hidden_addresses_resolve_nothing_and_say_what_to_do(string? restrict, string note)
    {
        using var tree = new TreeFixture().Write(
            "kallsyms", "0000000000000000 T _text\n0000000000000000 t do_one\n0000000000000000 t f\t[mod]\n");
        if (restrict is not null) tree.Write("sys/kernel/kptr_restrict", restrict);
        var symbols = KernelSymbols.Load(tree.Root);

        Assert.Equal(SymbolsState.Hidden, symbols.State);
        Assert.Equal(note, symbols.Note);
        Assert.Equal(0, symbols.Count);
        Assert.Equal(0, symbols.MalformedLines);
        Assert.False(symbols.TryFind(0, out _, out _, out _));
        Assert.Equal("0x0", Format(symbols, 0));
        Assert.Equal("0xffffffff81000000", Format(symbols, 0xffffffff81000000));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ffffffff81000000 D data_only\n")]
    public void A_kernel_without_symbols_is_said_so(string? kallsyms)
    {
        using var tree = new TreeFixture();
        if (kallsyms is not null) tree.Write("kallsyms", kallsyms);
        var symbols = KernelSymbols.Load(tree.Root);
        Assert.Equal(SymbolsState.Missing, symbols.State);
        Assert.StartsWith("No kernel symbols: ", symbols.Note);
        Assert.EndsWith(" The kernel needs CONFIG_KALLSYMS.", symbols.Note);
        Assert.Equal("0xffffffff81000010", Format(symbols, 0xffffffff81000010));
    }

    [Fact]
    public void Any_order_of_lines_gives_what_a_plain_search_gives()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var lines = Enumerable.Range(0, 300)
                .Select(i => (Address: (ulong)random.Next(1, 4000) * 64, Name: "f" + i, Module: random.Next(3)))
                .ToList();
            var text = new StringBuilder();
            foreach (var (address, name, module) in lines)
                text.Append($"{address:x16} t {name}{(module == 0 ? "" : $"\t[m{module}]")}\n");
            var symbols = Load(text.ToString());

            for (int i = 0; i < 200; i++)
            {
                ulong address = (ulong)random.Next(260_000);
                var floor = lines.Where(l => l.Address <= address).OrderByDescending(l => l.Address).ToList();
                ulong limit = floor.Count > 0 && floor[0].Module != 0
                    ? KernelSymbols.MaxModuleOffset : KernelSymbols.MaxCoreOffset;
                bool known = floor.Count > 0 && address - floor[0].Address <= limit;
                string expected = known
                    ? $"{floor[0].Name}+0x{address - floor[0].Address:x}" + (floor[0].Module == 0 ? "" : $" [m{floor[0].Module}]")
                    : $"0x{address:x}";
                Assert.Equal(expected, Format(symbols, address));
            }
        }
    }

    [Fact]
    public void Damaged_files_never_throw_and_name_only_what_they_hold()
    {
        byte[] original = Encoding.UTF8.GetBytes(Small);
        byte[] buffer = new byte[KernelSymbols.MaxFormattedBytes];
        using var tree = new TreeFixture();
        for (int seed = 0; seed < 400; seed++)
        {
            byte[] damaged = Mutation.Of(original, seed);
            tree.Write("kallsyms", damaged);
            var symbols = KernelSymbols.Load(tree.Root);
            var random = new Random(seed);
            for (int i = 0; i < 50; i++)
            {
                ulong address = 0xffffffff80000000 + (ulong)random.NextInt64(0x42000000);
                if (!symbols.TryFind(address, out var name, out var module, out _)) continue;
                Assert.True(damaged.AsSpan().IndexOf(name) >= 0);
                Assert.True(damaged.AsSpan().IndexOf(module) >= 0);
                Assert.InRange(symbols.Format(address, buffer), 1, buffer.Length);
            }
        }
    }

    [Fact]
    public void This_kernels_symbols_are_found_each_at_its_own_address()
    {
        var symbols = KernelSymbols.Load();
        Assert.Equal(SymbolsState.Ok, symbols.State);
        Assert.Equal(0, symbols.MalformedLines);
        Assert.True(symbols.ResidentBytes < 45L * symbols.Count, $"{symbols.ResidentBytes} bytes for {symbols.Count}");

        int seen = 0;
        var first = new Dictionary<ulong, string>();
        foreach (string line in File.ReadLines("/proc/kallsyms"))
        {
            // BPF programs of other agents come and go between the two reads.
            if (line.EndsWith("[bpf]", StringComparison.Ordinal) || !"tTwW".Contains(line[17])) continue;
            ulong address = ulong.Parse(line.AsSpan(0, 16), System.Globalization.NumberStyles.HexNumber);
            if (first.TryAdd(address, line[19..].Split('\t')[0])) seen++;
        }
        foreach (var (address, name) in first)
        {
            Assert.True(symbols.TryFind(address, out var found, out _, out ulong offset));
            Assert.Equal(0ul, offset);
            Assert.Equal(name, Encoding.UTF8.GetString(found));
        }
        Assert.InRange(seen, 10_000, symbols.Count);
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var symbols = Load(Small);
        byte[] buffer = new byte[KernelSymbols.MaxFormattedBytes];
        _ = symbols.Format(0xffffffffc0002010, buffer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = symbols.Format(0xffffffffc0002010, buffer);
            _ = symbols.TryFind(0xffffffff81000110, out _, out _, out _);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
