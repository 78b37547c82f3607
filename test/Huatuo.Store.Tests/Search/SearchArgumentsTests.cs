using Huatuo.Flow.Filter;
using Huatuo.Store.Search;

namespace Huatuo.Store.Tests.Search;

public sealed class SearchArgumentsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 7, 10, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("10m", "2026-11-23T07:00:00Z")]
    [InlineData("500ms", "2026-11-23T07:09:59.5Z")]
    [InlineData("0s", "2026-11-23T07:10:00Z")]
    [InlineData("2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z")]
    [InlineData("2026-11-23T07:00:00+01:00", "2026-11-23T06:00:00Z")]
    [InlineData("2026-11-23 07:00", "2026-11-23T07:00:00Z")]
    [InlineData("2026-11-23", "2026-11-23T00:00:00Z")]
    public void A_time_is_a_duration_ago_or_an_instant(string text, string expected) =>
        Assert.Equal((DateTimeOffset.Parse(expected) - DateTimeOffset.UnixEpoch).Ticks * 100, SearchArguments.Time("--since", text, Now));

    [Theory]
    [InlineData("9999-12-31T23:59:59Z", true)]
    [InlineData("2500-01-01", true)]
    [InlineData("0001-01-01", false)]
    public void A_time_too_far_away_to_be_counted_is_as_good_as_none(string text, bool isLater)
    {
        long time = SearchArguments.Time("--until", text, Now)!.Value, now = (Now - DateTimeOffset.UnixEpoch).Ticks * 100;
        Assert.Equal(isLater, time > now);
        Assert.InRange(time, long.MinValue / 2, long.MaxValue / 2);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("10")]
    [InlineData("-10m")]
    [InlineData("2026-23-11")]
    public void Another_time_is_told(string text) => Assert.Equal(
        $"--since: '{text}' is neither a duration such as 10m nor a time such as 2026-11-23T07:10:00Z",
        Assert.Throws<ArgumentException>(() => SearchArguments.Time("--since", text, Now)).Message);

    [Theory]
    [InlineData("layers.tcp.dport=443", "layers.tcp.dport", FieldOperator.Is, "443")]
    [InlineData("a != b=c", "a", FieldOperator.Not, "b=c")]
    [InlineData("comm~^ng(inx|.=)$", "comm", FieldOperator.Matches, "^ng(inx|.=)$")]
    [InlineData("len<10", "len", FieldOperator.Less, "10")]
    [InlineData("len > 0x10", "len", FieldOperator.Greater, "0x10")]
    [InlineData("a=", "a", FieldOperator.Is, "")]
    [InlineData("a=b!=c", "a", FieldOperator.Is, "b!=c")]
    public void A_condition_is_split_at_its_first_operator(string text, string field, FieldOperator @operator, string operand)
    {
        FieldCondition condition = SearchArguments.Condition("--where", text);
        Assert.Equal((field, @operator), (condition.Field, condition.Operator));
        Assert.Equal([operand], condition.Operands);
    }

    [Theory]
    [InlineData("layers.tcp.dport", "--where: 'layers.tcp.dport' is not a condition such as layers.tcp.dport=443; operators are = != ~ < >")]
    [InlineData("=5", "--where: '=5' is not a condition such as layers.tcp.dport=443; operators are = != ~ < >")]
    [InlineData("pid<x", "--where: pid: 'x' is not a whole number. (Parameter 'operand')")]
    [InlineData("comm~(", "--where: comm: not a regular expression: Invalid pattern '(' at offset 1. Not enough )'s.")]
    [InlineData("comm~(?=x)", "--where: comm: the regular expression is too large, or has look-around, back references or atomic groups, which are not possible")]
    [InlineData("comm~(x)\\1", "--where: comm: the regular expression is too large, or has look-around, back references or atomic groups, which are not possible")]
    [InlineData("comm~((x{1000}){1000}){1000}", "--where: comm: the regular expression is too large, or has look-around, back references or atomic groups, which are not possible")]
    public void Another_condition_is_told(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => SearchArguments.Condition("--where", text)).Message);
}
