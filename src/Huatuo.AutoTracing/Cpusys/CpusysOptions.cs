using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Cpusys;

/// <summary>The section <c>tracers.cpusys</c>.</summary>
internal sealed class CpusysOptions : AutoTracerOptions
{
    /// <summary>Percent of all CPUs.</summary>
    public int SysThreshold { get; set; } = 45;

    /// <summary>Percent of all CPUs.</summary>
    public int DeltaSysThreshold { get; set; } = 20;

    /// <summary>The keys.</summary>
    public static OptionSchema<CpusysOptions> Keys { get; } = TimedSchema<CpusysOptions>("cpusys")
        .Add("sys_threshold", OptionTypes.Integer(0, 100), o => o.SysThreshold, (o, v) => o.SysThreshold = v, "Percent of the time of all CPUs that must be exceeded.")
        .Add("delta_sys_threshold", OptionTypes.Integer(0, 100), o => o.DeltaSysThreshold, (o, v) => o.DeltaSysThreshold = v, "By how many percent it must have grown since the look before.");
}
