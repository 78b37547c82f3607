using System.Text;
using Huatuo.Flow.Filter;

namespace Huatuo.Flow.Tests.Filter;

public sealed class FieldConditionTests
{
    private static RuleSet Set(params FieldCondition[] fields) => new("t", [new Rule("r", "t", true, [], fields)]);

    private static bool Holds(string field, FieldOperator @operator, params string[] operands) =>
        Set(new FieldCondition(field, @operator, operands)).FirstMatch(1, new TestEvent("CLOSE_WAIT"u8)) == 0;

    [Theory]
    [InlineData("layers.tcp.sk_state", "CLOSE_WAIT", true)]
    [InlineData("layers.tcp.sk_state", "close_wait", false)]
    [InlineData("layers.tcp.sk_state", "CLOSE_WAIT2", false)]
    [InlineData("sk_state", "OUTSIDE", true)]
    [InlineData("sk_state", "CLOSE_WAIT", false)]
    [InlineData("other.tcp.sk_state", "ELSEWHERE", true)]
    [InlineData("tcp.sk_state", "CLOSE_WAIT", false)]
    [InlineData("layers", "CLOSE_WAIT", false)]
    [InlineData("layers.tcp.sk_state.x", "CLOSE_WAIT", false)]
    [InlineData("layers.ip.ttl", "64", true)]
    [InlineData("layers.ip.ttl", "0x40", true)]
    [InlineData("layers.ip.ttl", "064", true)]
    [InlineData("layers.ip.ttl", "x", false)]
    [InlineData("delta", "-5", true)]
    [InlineData("big", "18446744073709551615", true)]
    [InlineData("big", "-1", false)]
    [InlineData("address", "0xffff8880", true)]
    [InlineData("address", "0xFFFF8880", true)]
    [InlineData("address", "4294936704", true)]
    [InlineData("address", "ffff8880", false)]
    [InlineData("device", "eth0", true)]
    [InlineData("comm", "a\"bé😀\n", true)]
    [InlineData("stack", "tcp_rcv", true)]
    [InlineData("stack", "elsewhere", false)]
    [InlineData("other.stack", "elsewhere", true)]
    [InlineData("empty", "", false)]
    [InlineData("last", "end", true)]
    public void Is(string field, string operand, bool holds)
    {
        Assert.Equal(holds, Holds(field, FieldOperator.Is, operand));
        Assert.Equal(holds, Holds(field, FieldOperator.Is, "no", operand, "neither"));
    }

    [Theory]
    [InlineData("layers.tcp.sk_state", "CLOSE_WAIT", false)]
    [InlineData("layers.tcp.sk_state", "LISTEN", true)]
    [InlineData("layers.ip.ttl", "64", false)]
    [InlineData("layers.ip.ttl", "63", true)]
    [InlineData("no.such.field", "x", false)]
    [InlineData("stack", "kfree_skb", false)]
    [InlineData("stack", "tcp_rcv", false)]
    [InlineData("stack", "other", true)]
    [InlineData("empty", "x", true)]
    public void Not(string field, string operand, bool holds) => Assert.Equal(holds, Holds(field, FieldOperator.Not, operand));

    [Theory]
    [InlineData("layers.tcp.sk_state", "^CLOSE", true)]
    [InlineData("layers.tcp.sk_state", "OSE_W", true)]
    [InlineData("layers.tcp.sk_state", "^OSE", false)]
    [InlineData("layers.ip.ttl", "^6[0-9]$", true)]
    [InlineData("delta", "^-5$", true)]
    [InlineData("address", "^0xffff8880$", true)]
    [InlineData("comm", "é😀", true)]
    [InlineData("stack", "^tcp_", true)]
    [InlineData("stack", "^udp_", false)]
    public void Matches(string field, string operand, bool holds) =>
        Assert.Equal(holds, Holds(field, FieldOperator.Matches, operand));

    [Theory]
    [InlineData("layers.ip.ttl", 65, true, false)]
    [InlineData("layers.ip.ttl", 64, false, false)]
    [InlineData("layers.ip.ttl", 63, false, true)]
    [InlineData("delta", -5, false, false)]
    [InlineData("delta", -6, false, true)]
    [InlineData("big", long.MaxValue, false, true)]
    [InlineData("address", 1, false, true)]
    [InlineData("layers.tcp.sk_state", 1, false, false)]
    public void LessAndGreater(string field, long bound, bool isLess, bool isGreater)
    {
        Assert.Equal(isLess, Holds(field, FieldOperator.Less, $"{bound}"));
        Assert.Equal(isGreater, Holds(field, FieldOperator.Greater, $"{bound}"));
    }

    [Fact]
    public void AllConditionsMustHold()
    {
        FieldCondition state = new("layers.tcp.sk_state", FieldOperator.Is, ["CLOSE_WAIT"]);
        FieldCondition low = new("layers.tcp.source", FieldOperator.Greater, ["400"]);
        FieldCondition high = new("layers.tcp.source", FieldOperator.Less, ["443"]);
        Assert.Equal(0, Set(state, low).FirstMatch(1, new TestEvent("CLOSE_WAIT"u8)));
        Assert.Equal(-1, Set(state, low, high).FirstMatch(1, new TestEvent("CLOSE_WAIT"u8)));
        Assert.Equal(-1, Set(state, low).FirstMatch(1, new TestEvent("LISTEN"u8)));
    }

    [Fact]
    public void ARegularExpressionSeesTheFirst4096Bytes()
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('a', 4095) + "éz");
        RuleSet last = Set(new FieldCondition("layers.tcp.sk_state", FieldOperator.Matches, ["^a+$"]));
        Assert.Equal(0, last.FirstMatch(1, new TestEvent(text)));
        Assert.Equal(-1, last.FirstMatch(1, new TestEvent("aéz"u8)));
        Assert.Equal(0, Set(new FieldCondition("layers.tcp.sk_state", FieldOperator.Is, [Encoding.UTF8.GetString(text)])).FirstMatch(1, new TestEvent(text)));
    }

    [Fact]
    public void AnyBytesAreText()
    {
        RuleSet set = Set(
            new FieldCondition("layers.tcp.sk_state", FieldOperator.Matches, ["(a|b)+\\uFFFD?$"]),
            new FieldCondition("layers.tcp.sk_state", FieldOperator.Not, ["x"]));
        var random = new Random(4);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = new byte[random.Next(6_000)];
            random.NextBytes(bytes);
            Assert.InRange(set.FirstMatch(1, new TestEvent(bytes)), -1, 0);
        }
    }

    [Fact]
    public void AnyInsideOfALiteralDecodesWithinItsBuffer()
    {
        var random = new Random(5);
        byte[] letters = "\\u0d8Dec\"n/"u8.ToArray();
        byte[] text = new byte[40];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] content = random.GetItems(letters, random.Next(60));
            Assert.InRange(JsonEscapes.Decode(content, text), 0, text.Length);
        }

        Assert.Equal(3, JsonEscapes.Decode("\\ud800"u8, text));
        Assert.Equal("\ufffd"u8, text.AsSpan(0, 3));
    }

    [Theory]
    [InlineData(FieldOperator.Less, "x")]
    [InlineData(FieldOperator.Greater, "1.5")]
    [InlineData(FieldOperator.Less, "18446744073709551616")]
    [InlineData(FieldOperator.Matches, "(")]
    public void AWrongOperandIsRefused(FieldOperator @operator, string operand) =>
        Assert.ThrowsAny<ArgumentException>(() => Set(new FieldCondition("a", @operator, [operand])));
}
