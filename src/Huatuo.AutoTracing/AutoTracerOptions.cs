using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing;

/// <summary>The options that every auto-tracer has.</summary>
internal class AutoTracerOptions : EventTracerOptions
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(100), s_hour = TimeSpan.FromHours(1), s_week = TimeSpan.FromDays(7);

    /// <summary>How much it tells is bounded by the cool-down.</summary>
    public AutoTracerOptions() => MaxEventsPerSecond = 0;

    /// <summary>How often it looks.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a subject is left alone after a picture of it.</summary>
    public TimeSpan Cooldown { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a picture takes.</summary>
    public TimeSpan CaptureTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A schema that starts with the keys of every auto-tracer.</summary>
    /// <param name="name">The tracer's name.</param>
    internal static new OptionSchema<T> Schema<T>(string name)
        where T : AutoTracerOptions, new() => TracerOptions.Schema<T>(name)
        .Add("interval", OptionTypes.DurationBetween(s_least, s_hour), o => o.Interval, (o, v) => o.Interval = v, "How often the machine is looked at.")
        .Add("cooldown", OptionTypes.DurationBetween(TimeSpan.Zero, s_week), o => o.Cooldown, (o, v) => o.Cooldown = v, "How long the same subject is left alone after a picture of it was taken.");

    /// <summary>The same, and how long its picture takes.</summary>
    /// <param name="name">The tracer's name.</param>
    internal static OptionSchema<T> TimedSchema<T>(string name)
        where T : AutoTracerOptions, new() => Schema<T>(name)
        .Add("capture_time", OptionTypes.DurationBetween(s_least, s_hour), o => o.CaptureTime, (o, v) => o.CaptureTime = v, "How long a picture takes.");
}
