using Huatuo.AutoTracing.Looking;

namespace Huatuo.AutoTracing.Tests;

public sealed class RecentHistoryTests
{
    private const double Level = 60;

    private static string Reasons(params IEnumerable<double> values) => Reasons(busyUntil: 0, values);

    private static string Reasons(int busyUntil, params IEnumerable<double> values)
    {
        var history = new RecentHistory(new HistoryOptions(), Level);
        return string.Join(' ', values.Select((value, look) => Look(history, value, look, isBusy: look < busyUntil)).Where(text => text.Length > 0));
    }

    private static string Look(RecentHistory history, double value, int look, bool isBusy)
    {
        if (history.Add(value) is not { } unusual)
            return "";
        if (!isBusy)
            history.Take();
        return $"{unusual.Reason}@{look}";
    }

    private static IEnumerable<double> Many(double value, int count) => Enumerable.Repeat(value, count);

    [Fact]
    public void What_is_as_always_is_not_unusual() => Assert.Equal("", Reasons(Many(10, 200)));

    [Fact]
    public void A_machine_that_is_saturated_from_the_start_is_told_once() => Assert.Equal("level@2", Reasons(Many(95, 200)));

    [Fact]
    public void It_is_told_until_it_is_taken() => Assert.Equal("level@2 level@3 level@4", Reasons(busyUntil: 4, Many(95, 200)));

    [Fact]
    public void What_a_jump_was_taken_for_is_not_told_again_when_it_stays() => Assert.Equal("jump@6 jump@7 jump@8 jump@9 jump@10 jump@11", Reasons(Many(5, 6).Concat(Many(95, 20))));

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
