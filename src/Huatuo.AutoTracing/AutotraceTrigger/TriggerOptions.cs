using Huatuo.Flow.Options;
using Huatuo.Profiling.Catalog;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>One trigger of the configuration.</summary>
internal sealed class TriggerOptions
{
    /// <summary>The largest processes, as a capture.</summary>
    internal const string TopMemory = "top_memory";

    private const int MostCaptures = 8;

    /// <summary>The keys of one.</summary>
    public static OptionSchema<TriggerOptions> Schema { get; } = new OptionSchema<TriggerOptions>("trigger")
        .Add("name", OptionTypes.Text, o => o.Name, (o, v) => o.Name = v, "What it is called in documents.")
        .Add("when", OptionTypes.Text, o => o.When, (o, v) => o.When = v, "Its condition.")
        .Add("capture", OptionTypes.List(OptionTypes.Text), o => o.Capture, (o, v) => o.Capture = v, "What is taken, at the same time: profilers by their names, and top_memory, the largest processes.")
        .Add("cool_down", OptionTypes.DurationBetween(TimeSpan.Zero, TimeSpan.FromDays(7)), o => o.CoolDown, (o, v) => o.CoolDown = v, "How long the same series is left alone after it was told.")
        .Add("duration", OptionTypes.DurationBetween(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)), o => o.Duration, (o, v) => o.Duration = v, "How long profilers run.")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v, "Whether it is used.");

    public string Name { get; set; } = "";

    public string When { get; set; } = "";

    public IReadOnlyList<string> Capture { get; set; } = ["oncpu"];

    public TimeSpan CoolDown { get; set; } = TimeSpan.FromMinutes(30);

    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(10);

    public bool Enabled { get; set; } = true;

    /// <summary>Makes it ready.</summary>
    /// <exception cref="FormatException">Something is not right.</exception>
    internal Trigger Read()
    {
        if (Name.Length is 0 or > 64 || !Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
            throw new FormatException("name: expected 1 to 64 letters, digits and _ - .");
        if (When.Length is 0 or > 1000)
            throw new FormatException("when: expected a condition of at most 1000 characters, such as rate(huatuo_softirq_latency_seconds_count[1m]) > 1000 for 3 samples");
        if (Capture.Count is 0 or > MostCaptures)
            throw new FormatException($"capture: expected 1 to {MostCaptures} of {string.Join(", ", Known)}");
        foreach (string capture in Capture)
            if (capture != TopMemory && ProfilerCatalog.Find(capture) is null)
                throw new FormatException($"capture: there is no '{capture}'; there are {string.Join(", ", Known)}");
        try
        {
            TriggerExpression when = TriggerParser.Parse(When);
            return KnownMetrics.Wrong(when.Selector.Metric) is { } wrong ? throw new FormatException(wrong) : new Trigger(
                Name, when, [.. Capture.Where(one => one != TopMemory).Select(one => ProfilerCatalog.Find(one)!).Distinct()],
                Capture.Contains(TopMemory), CoolDown, Duration);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"when: {wrong.Message}");
        }
    }

    private static IEnumerable<string> Known => ProfilerCatalog.All.Select(profiler => profiler.Name).Append(TopMemory);
}

/// <summary>A trigger that is ready.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="When">Its condition.</param>
/// <param name="Profilers">What is run.</param>
/// <param name="TakesMemory">Whether the largest processes are told.</param>
/// <param name="CoolDown">How long a series is left alone after it was told.</param>
/// <param name="Duration">How long profilers run.</param>
internal sealed record Trigger(string Name, TriggerExpression When, IReadOnlyList<ProfilerDefinition> Profilers, bool TakesMemory, TimeSpan CoolDown, TimeSpan Duration);
