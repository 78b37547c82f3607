using Huatuo.Flow.Options;

namespace Huatuo.Profiling.Continuous;

/// <summary>The section <c>profiling</c>: profiles that are taken all the time.</summary>
internal sealed class ContinuousOptions
{
    /// <summary>The file under the data folder that profiles are searched in.</summary>
    internal const string File = "profiles.db";

    internal static OptionSchema<ContinuousOptions> Schema { get; } = new OptionSchema<ContinuousOptions>("profiling")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
            "Whether profiles are taken all the time.")
        .Add("profilers", OptionTypes.List(OptionTypes.Choice(("oncpu", ContinuousKind.OnCpu), ("offcpu", ContinuousKind.OffCpu))), o => o.Profilers, (o, v) => o.Profilers = v,
            "Which profilers run.")
        .Add("window", OptionTypes.DurationBetween(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), o => o.Window, (o, v) => o.Window = v,
            "The time that a stored profile spans.")
        .Add("frequency", OptionTypes.Integer(1, 1000), o => o.Frequency, (o, v) => o.Frequency = v,
            "Samples a second of each CPU that oncpu takes, as long as the budget allows it.")
        .Add("min_duration", OptionTypes.DurationBetween(TimeSpan.Zero, TimeSpan.FromHours(1)), o => o.MinDuration, (o, v) => o.MinDuration = v,
            "Waits shorter than this are only counted by offcpu; more when the budget asks for it.")
        .Add("cpu_budget", OptionTypes.Number(0.01, 100), o => o.CpuBudget, (o, v) => o.CpuBudget = v,
            "The percentage of the machine's CPU time that all profilers together may take; over it, they sample less.")
        .Add("sinks", OptionTypes.List(OptionTypes.Choice(("sqlite", ContinuousSink.Sqlite), ("local", ContinuousSink.Local), ("elasticsearch", ContinuousSink.Elasticsearch), ("otlp", ContinuousSink.Otlp))), o => o.Sinks, (o, v) => o.Sinks = v,
            "Where profiles go: sqlite is the profile store that the API reads; the others are the agent's own sinks, when they are enabled.")
        .Add("max_size", OptionTypes.Bytes(ByteSize.MiB(4), ByteSize.GiB(1024)), o => o.MaxSize, (o, v) => o.MaxSize = v,
            "The size of the profile store; the oldest profiles go when there are more, an eighth at a time.")
        .Add("max_age", OptionTypes.DurationBetween(TimeSpan.FromMinutes(1), TimeSpan.FromHours(10_000)), o => o.MaxAge, (o, v) => o.MaxAge = v,
            "Profiles older than this go, an eighth of it at a time.");

    internal bool Enabled { get; set; }

    internal IReadOnlyList<ContinuousKind> Profilers { get; set; } = [ContinuousKind.OnCpu];

    internal TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    internal int Frequency { get; set; } = 99;

    internal TimeSpan MinDuration { get; set; } = TimeSpan.FromMilliseconds(1);

    internal double CpuBudget { get; set; } = 1;

    internal IReadOnlyList<ContinuousSink> Sinks { get; set; } = [ContinuousSink.Sqlite];

    internal ByteSize MaxSize { get; set; } = ByteSize.MiB(512);

    internal TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>Profilers that can run all the time.</summary>
internal enum ContinuousKind
{
    /// <summary>Time on CPUs.</summary>
    OnCpu,

    /// <summary>Time away from them.</summary>
    OffCpu,
}

/// <summary>Where profiles go.</summary>
internal enum ContinuousSink
{
    /// <summary>The profile store.</summary>
    Sqlite,

    /// <summary>The files of events.</summary>
    Local,

    /// <summary>The agent's server, if it has one.</summary>
    Elasticsearch,

    /// <summary>The agent's collector, if it has one.</summary>
    Otlp,
}
