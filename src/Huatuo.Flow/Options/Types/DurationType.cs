namespace Huatuo.Flow.Options.Types;

internal sealed class DurationType(TimeSpan min, TimeSpan max) : ScalarType<TimeSpan>
{
    private static readonly Unit[] Units =
    [
        new("h", TimeSpan.TicksPerHour), new("m", TimeSpan.TicksPerMinute), new("s", TimeSpan.TicksPerSecond),
        new("ms", TimeSpan.TicksPerMillisecond), new("us", TimeSpan.TicksPerMicrosecond),
    ];

    public override string Syntax => min == TimeSpan.Zero
        ? $"a duration such as 500ms, 10s or 5m, up to {Format(max)}"
        : $"a duration from {Format(min)} to {Format(max)}";

    // Ticks of 100 ns are exact in tenths of a microsecond.
    public override string Format(TimeSpan value) => value.Ticks % TimeSpan.TicksPerMicrosecond == 0
        ? Unit.Format(value.Ticks, Units, "s")
        : FormattableString.Invariant($"{value.Ticks / 10m}us");

    protected override bool TryParse(string text, out TimeSpan value)
    {
        bool valid = Unit.TryParse(text, Units, out long ticks);
        value = new TimeSpan(ticks);
        return valid && value >= min && value <= max;
    }
}
