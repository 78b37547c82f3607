using System.Text;
using Huatuo.Flow.Filter;

namespace Huatuo.Flow.Tests.Filter;

public sealed class RuleSetTests
{
    private static readonly ReadOnlyMemory<byte>[] Stack = [.. new[]
    {
        "sk_skb_reason_drop", "kfree_skb_list.part.0", "tcp_clean.constprop.0.isra.0", "", "tcp_close", "do_exit.cold",
    }.Select(name => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(name)))];

    private static Rule OnStack(string name, int? at = null, params string[] functions) =>
        new(name, "t", true, [new FunctionCondition(functions, at)], []);

    private static Rule OnField(string name, string state) =>
        new(name, "t", true, [], [new FieldCondition("layers.tcp.sk_state", FieldOperator.Is, [state])]);

    private static ulong Match(int dropLocation, params Rule[] rules) =>
        new RuleSet("t", rules).MatchStack(new StackFrames(Stack, dropLocation));

    [Fact]
    public void FunctionsAnywhere()
    {
        Assert.Equal(1UL, Match(-1, OnStack("r", null, "tcp_close")));
        Assert.Equal(1UL, Match(-1, OnStack("r", null, "no", "tcp_close")));
        Assert.Equal(0UL, Match(-1, OnStack("r", null, "tcp_clos")));
        Assert.Equal(0UL, Match(-1, OnStack("r", null, "tcp_close2")));
    }

    [Theory]
    [InlineData("tcp_clean")]
    [InlineData("tcp_clean.constprop.0")]
    [InlineData("kfree_skb_list")]
    [InlineData("do_exit")]
    public void CompilerSuffixesAreIgnored(string function) => Assert.Equal(1UL, Match(-1, OnStack("r", null, function)));

    [Theory]
    [InlineData("tcp_clean", 0, 2, true)]
    [InlineData("tcp_clean", 1, 1, true)]
    [InlineData("tcp_clean", 1, 2, false)]
    [InlineData("tcp_close", 2, 2, true)]
    [InlineData("tcp_clean", 0, -1, false)]
    [InlineData("sk_skb_reason_drop", 1, -1, false)]
    [InlineData("do_exit", 5, 0, true)]
    [InlineData("do_exit", 6, 0, false)]
    [InlineData("do_exit", FunctionCondition.LastPosition, 5, false)]
    public void PositionsCountFromTheDropLocationToTheCallers(string function, int at, int dropLocation, bool holds) =>
        Assert.Equal(holds ? 1UL : 0UL, Match(dropLocation, OnStack("r", at, function)));

    [Fact]
    public void AMaskHasABitForEveryRuleThatTheStackAllows()
    {
        var both = new Rule("both", "t", true, [new FunctionCondition(["tcp_close"]), new FunctionCondition(["no"])], []);
        Assert.Equal(0b1011UL, Match(2, OnStack("a", 0, "tcp_clean"), OnField("b", "X"), both, OnStack("d", null, "tcp_close")));
        Assert.Equal(0UL, new RuleSet("t", [both]).MatchStack(default));
    }

    [Fact]
    public void SwitchedOffAndForeignRulesAreNotInTheSet()
    {
        var set = new RuleSet("t", [OnField("a", "A") with { Enabled = false }, OnField("b", "A") with { Tracer = "u" }, OnField("c", "A")]);
        Assert.Equal(["c"], set.Rules.Select(rule => rule.Name));
        Assert.Equal(0, set.FirstMatch(set.MatchStack(default), new TestEvent("A"u8)));
    }

    [Fact]
    public void TheFirstMatchWins()
    {
        var set = new RuleSet("t", [OnField("a", "A"), OnField("b", "B"), OnStack("c", null, "tcp_close"), OnField("d", "D")]);
        Assert.Equal(0, set.FirstMatch(0b1111, new TestEvent("A"u8)));
        Assert.Equal(1, set.FirstMatch(0b1111, new TestEvent("B"u8)));
        Assert.Equal(2, set.FirstMatch(0b1111, new TestEvent("D"u8)));
        Assert.Equal(3, set.FirstMatch(0b1011, new TestEvent("D"u8)));
        Assert.Equal(2, set.FirstMatch(0b0110, new TestEvent("A"u8)));
        Assert.Equal(-1, set.FirstMatch(0b1010, new TestEvent("A"u8)));
    }

    [Fact]
    public void FieldsAreWalkedOverOnlyWhenARuleAsksForThem()
    {
        var set = new RuleSet("t", [OnStack("a", null, "tcp_close"), OnField("b", "B")]);
        Assert.Equal(0, set.FirstMatch(0b11, new TestEvent("B"u8) { IsQuiet = true }));
        Assert.Equal(-1, set.FirstMatch(0, new TestEvent("B"u8) { IsQuiet = true }));
        Assert.Equal(-1, set.FirstMatch(1UL << 40, new TestEvent("B"u8) { IsQuiet = true }));
    }

    [Fact]
    public void SixtyFourRulesOfSixteenFieldsFit()
    {
        static Rule Wide(int number, string state) => OnField($"r{number}", state) with
        {
            Fields = [.. Enumerable.Repeat(new FieldCondition("layers.tcp.sk_state", FieldOperator.Is, [state]), 16)],
        };
        var set = new RuleSet("t", Enumerable.Range(0, 64).Select(i => Wide(i, $"S{i}")));
        Assert.Equal(ulong.MaxValue, set.MatchStack(default));
        Assert.Equal(63, set.FirstMatch(ulong.MaxValue, new TestEvent("S63"u8)));
        Assert.Equal(17, set.FirstMatch(ulong.MaxValue, new TestEvent("S17"u8)));
        Assert.Throws<ArgumentException>(() => new RuleSet("t", Enumerable.Range(0, 65).Select(i => Wide(i, "S"))));
    }

    [Fact]
    public void MatchingAllocatesNothing()
    {
        var set = new RuleSet("t",
        [
            OnField("a", "A"),
            OnField("b", "B") with { Fields = [new("layers.tcp.sk_state", FieldOperator.Matches, ["^(OPEN|SHUT)$"]), new("comm", FieldOperator.Not, ["x"])] },
            OnField("c", "C") with { Fields = [new("layers.ip.ttl", FieldOperator.Greater, ["100"]), new("stack", FieldOperator.Is, ["y"])] },
            OnField("d", "D") with { Fields = [new("address", FieldOperator.Matches, ["^0x1"]), new("delta", FieldOperator.Matches, ["7"])] },
        ]);
        long Run(int times)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                ulong mask = set.MatchStack(new StackFrames(Stack, 2));
                if (set.FirstMatch(mask, new TestEvent("LISTEN"u8)) != -1 || set.FirstMatch(mask, new TestEvent("SHUT"u8)) != 1)
                    return -1;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // The first runs build the states of the regular expressions.
        Run(100);
        Assert.Equal(0, Run(10_000));
    }
}
