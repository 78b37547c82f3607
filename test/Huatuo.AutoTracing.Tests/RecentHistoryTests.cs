using Huatuo.AutoTracing.Looking;

namespace Huatuo.AutoTracing.Tests;

public sealed class RecentHistoryTests
{
    private const double Level = 60;

    private static string Reasons(params IEnumerable<double> values)
    {
        var history = new RecentHistory(new HistoryOptions(), Level);
        return string.Join(' ', values.Select((value, look) => history.Add(value) is { } unusual ? $"{unusual.Reason}@{look}" : "").Where(text => text.Length > 0));
    }

    private static IEnumerable<double> Many(double value, int count) => Enumerable.Repeat(value, count);

    [Fact]
    public void What_is_as_always_is_not_unusual() => Assert.Equal("", Reasons(Many(10, 200)));

    [Fact]
    public void A_machine_that_is_saturated_from_the_start_is_told_once() => Assert.Equal("level@2", Reasons(Many(95, 200)));

    [Fact]
    public void A_value_that_drifts_up_slowly_is_told_once() =>
        Assert.Equal("level@62", Reasons(Enumerable.Range(1, 90).Select(value => (double)value)));

    [Fact]
    public void One_that_flickers_around_the_level_is_told_once() =>
        Assert.Equal("level@4", Reasons(Enumerable.Range(0, 100).Select(look => look % 2 == 0 ? 65.0 : 58.0)));

    [Fact]
    public void One_that_was_below_is_told_again() => Assert.Equal("level@2 level@9", Reasons([.. Many(65, 5), .. Many(50, 2), .. Many(65, 9)]));

    [Fact]
    public void A_jump_is_told_though_it_stays_below_the_level() => Assert.Equal("jump@6", Reasons([.. Many(5, 6), 40, .. Many(5, 9)]));

    [Fact]
    public void A_small_one_is_not() => Assert.Equal("", Reasons([.. Many(5, 6), 29, .. Many(5, 9)]));

    [Fact]
    public void Nor_is_one_before_anything_is_usual() => Assert.Equal("", Reasons([.. Many(5, 5), 40, .. Many(5, 9)]));
}
