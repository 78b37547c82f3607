using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>The section <c>tracers.cpuidle</c>.</summary>
internal sealed class CpuidleOptions : AutoTracerOptions
{
    /// <summary>Time in user mode: percent of what the container may use.</summary>
    public int UserThreshold { get; set; } = 75;

    /// <summary>Time in the kernel, alike.</summary>
    public int SysThreshold { get; set; } = 45;

    /// <summary>Both, alike.</summary>
    public int UsageThreshold { get; set; } = 90;

    /// <summary>Growth of the time in user mode, alike.</summary>
    public int DeltaUser { get; set; } = 45;

    /// <summary>Growth of the time in the kernel, alike.</summary>
    public int DeltaSys { get; set; } = 20;

    /// <summary>Growth of both, alike.</summary>
    public int DeltaUsage { get; set; } = 55;

    /// <summary>Only containers that one of these holds for; empty for all.</summary>
    public IReadOnlyList<ContainerPattern> Included { get; set; } = [];

    /// <summary>No container that one of these holds for.</summary>
    public IReadOnlyList<ContainerPattern> Excluded { get; set; } = [];

    /// <summary>The keys.</summary>
    public static OptionSchema<CpuidleOptions> Keys { get; } = TimedSchema<CpuidleOptions>("cpuidle")
        .Add("user_threshold", OptionTypes.Integer(0, 100), o => o.UserThreshold, (o, v) => o.UserThreshold = v, "Percent of the CPU time that the container may use, spent in user mode, that must be exceeded.")
        .Add("sys_threshold", OptionTypes.Integer(0, 100), o => o.SysThreshold, (o, v) => o.SysThreshold = v, "The same of time in the kernel.")
        .Add("usage_threshold", OptionTypes.Integer(0, 100), o => o.UsageThreshold, (o, v) => o.UsageThreshold = v, "The same of both together.")
        .Add("delta_user", OptionTypes.Integer(0, 100), o => o.DeltaUser, (o, v) => o.DeltaUser = v, "By how many percent the time in user mode must have grown since the look before.")
        .Add("delta_sys", OptionTypes.Integer(0, 100), o => o.DeltaSys, (o, v) => o.DeltaSys = v, "The same of time in the kernel.")
        .Add("delta_usage", OptionTypes.Integer(0, 100), o => o.DeltaUsage, (o, v) => o.DeltaUsage = v, "The same of both together.")
        .Add("included", OptionTypes.List(ContainerPattern.Type), o => o.Included, (o, v) => o.Included = v, "Only containers that one of these fits; empty for all.")
        .Add("excluded", OptionTypes.List(ContainerPattern.Type), o => o.Excluded, (o, v) => o.Excluded = v, "No container that one of these fits.");
}
