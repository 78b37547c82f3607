using System.Text;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Filter;
using Huatuo.Linux.Kallsyms;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Flow.Tests.Enrich;

public sealed class StackTableTests : IDisposable
{
    private const string Symbols = """
        ffffffff81000000 T first
        ffffffff81100000 t bpf_get_stack
        ffffffff81200000 T __traceiter_kfree_skb
        ffffffff81300000 T tcp_rcv
        ffffffff81400000 T bpf_prog_test_run
        ffffffffc0100000 t driver_rx	[driver]

        """;

    private readonly Proc _proc = new Proc().Write("kallsyms", Symbols);
    private readonly FakeTimeProvider _time = new();
    private int _loads;

    public void Dispose() => _proc.Dispose();

    private async Task<StackTable> Table()
    {
        var source = new SymbolSource(Load, _time);
        await source.ReadyAsync();
        return new StackTable(source);
    }

    private KernelSymbols Load()
    {
        Interlocked.Increment(ref _loads);
        return KernelSymbols.Load(_proc.Root);
    }

    private static string Text(StackText stack) => Encoding.UTF8.GetString(stack.Literal);

    private static string[] Functions(StackText stack) => [.. stack.Functions.ToArray().Select(name => Encoding.UTF8.GetString(name.Span))];

    [Fact]
    public async Task FramesAreSymbolisedInnermostFirst()
    {
        StackTable table = await Table();
        StackText stack = table.Find([0xffffffff81300010, 0xffffffffc0100020, 0xffffffff81000001], 0xffffffffc0100020);
        Assert.Equal("""
            "tcp_rcv+0x10\ndriver_rx+0x20 [driver]\nfirst+0x1"
            """, Text(stack));
        Assert.Equal(["tcp_rcv", "driver_rx", "first"], Functions(stack));
        Assert.Equal(1, stack.Location);
    }

    [Fact]
    public async Task TheWayIntoTheProgramIsLeftOutButOnlyAtTheTop()
    {
        StackTable table = await Table();
        StackText stack = table.Find([0xffffffff81100001, 0xffffffff81200002, 0xffffffff81300003, 0xffffffff81400004], 0xffffffff81400004);
        Assert.Equal(["tcp_rcv", "bpf_prog_test_run"], Functions(stack));
        Assert.Equal(1, stack.Location);
        Assert.Equal("\"\"", Text(table.Find([0xffffffff81100001], 0xffffffff81100001)));
    }

    [Theory]
    [InlineData(0xffffffff81300000)]
    [InlineData(0UL)]
    [InlineData(0xffffffff81100001)]
    public async Task ALocationThatIsNoFrameHasNoIndex(ulong location)
    {
        StackTable table = await Table();
        Assert.Equal(-1, table.Find([0xffffffff81100001, 0xffffffff81300010], location).Location);
        Assert.Equal(0, table.Find([0xffffffff81100001, 0xffffffff81300010], 0xffffffff81300010).Location);
    }

    [Fact]
    public async Task AStackIsKeptAndFormattedOnce()
    {
        StackTable table = await Table();
        ulong[] addresses = [0xffffffff81300010, 0xffffffff81000001];
        StackText stack = table.Find(addresses, addresses[0]);
        Assert.Same(stack, table.Find([.. addresses], addresses[0]));
        Assert.NotSame(stack, table.Find(addresses, addresses[1]));
        Assert.NotSame(stack, table.Find([addresses[1], addresses[0]], addresses[0]));
        Assert.NotSame(stack, table.Find(addresses.AsSpan(0, 1), addresses[0]));
        Assert.Equal(4, table.Count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            table.Find(addresses, addresses[0]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task NoStackAndNoTableGiveNothing()
    {
        StackTable table = await Table();
        Assert.Same(StackText.None, table.Find([], 1));
        Assert.Equal(("\"\"", -1), (Text(StackText.None), StackText.None.Location));
        var never = new StackTable(new SymbolSource(() => throw new InvalidOperationException(), _time));
        Assert.Same(StackText.None, never.Find([1], 1));
    }

    [Fact]
    public async Task NoStackIsSharedByTracersOnSeveralThreads()
    {
        var always = new RuleSet("one", [new Rule("rule", "one", true, [], [new FieldCondition("field", FieldOperator.Is, ["x"])])]);
        var never = new RuleSet("other", [new Rule("rule", "other", true, [new FunctionCondition(["tcp_rcv"])], [])]);
        static int Wrong(RuleSet rules, ulong mask) => Enumerable.Range(0, 2_000_000).Count(_ => StackText.None.MaskOf(rules) != mask);
        int[] wrong = await Task.WhenAll(Task.Run(() => Wrong(always, 1)), Task.Run(() => Wrong(never, 0)));
        Assert.Equal([0, 0], wrong);
    }

    [Fact]
    public async Task AnUnknownAddressIsHexAndHasTheTableReadAgain()
    {
        StackTable table = await Table();
        ulong[] addresses = [0xffffffffc0900008, 0xffffffff81300010];
        Assert.Equal("\"0xffffffffc0900008\\ntcp_rcv+0x10\"", Text(table.Find(addresses, 0)));
        Assert.Equal(["", "tcp_rcv"], Functions(table.Find(addresses, 0)));
        Assert.Equal(1, _loads);

        _proc.Write("kallsyms", Symbols + "ffffffffc0900000 t late\t[loaded]\n");
        KernelSymbols old = table.Symbols.Current!;
        _time.Advance(SymbolSource.Interval);
        table.Find([0xffffffffc0900009], 0);
        await SymbolSourceTests.Until(() => table.Symbols.Current != old);
        Assert.Equal("\"late+0x8 [loaded]\\ntcp_rcv+0x10\"", Text(table.Find(addresses, 0)));
        Assert.Equal((1, 2), (table.Count, _loads));
    }

    [Fact]
    public async Task MemoryIsBounded()
    {
        StackTable table = await Table();
        ulong[] addresses = new ulong[127];
        int most = 0, fell = 0;
        for (ulong i = 0; i < 3000; i++)
        {
            int before = table.Count;
            addresses.AsSpan().Fill(0xffffffff81300000 + i);
            table.Find(addresses, 0);
            most = Math.Max(most, table.Count);
            fell += table.Count < before ? 1 : 0;
        }
        // Some 7 KB each, 4 MiB in all.
        Assert.InRange(most, 200, 1500);
        Assert.True(fell >= 2);
    }

    [Fact]
    public async Task RulesAreAskedOncePerStack()
    {
        StackTable table = await Table();
        StackText stack = table.Find([0xffffffff81300010, 0xffffffff81000001], 0xffffffff81300010);
        var rules = new RuleSet("t", [new Rule("a", "t", true, [new FunctionCondition(["tcp_rcv"], 0)], []), new Rule("b", "t", true, [new FunctionCondition(["tcp_rcv"], 1)], [])]);
        var others = new RuleSet("t", []);
        Assert.Equal((1UL, 0UL, 1UL), (stack.MaskOf(rules), stack.MaskOf(others), stack.MaskOf(rules)));
    }
}
