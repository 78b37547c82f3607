using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>The section <c>tracers.autotrace_psi</c>.</summary>
internal sealed class AutotracePsiOptions : HistoryOptions
{
    /// <summary>Percent of the time.</summary>
    public double CpuLevel { get; set; } = 80;

    /// <summary>Percent of the time.</summary>
    public double MemoryLevel { get; set; } = 20;

    /// <summary>Percent of the time.</summary>
    public double IoLevel { get; set; } = 50;

    /// <summary>Whether each container is watched too.</summary>
    public bool Containers { get; set; }

    /// <summary>The keys.</summary>
    public static OptionSchema<AutotracePsiOptions> Keys { get; } = HistorySchema<AutotracePsiOptions>("autotrace_psi")
        .Add("cpu_level", OptionTypes.Number(0, 100), o => o.CpuLevel, (o, v) => o.CpuLevel = v, "Percent of the time in which some task waited for a CPU that is too much on any machine.")
        .Add("memory_level", OptionTypes.Number(0, 100), o => o.MemoryLevel, (o, v) => o.MemoryLevel = v, "The same of memory.")
        .Add("io_level", OptionTypes.Number(0, 100), o => o.IoLevel, (o, v) => o.IoLevel = v, "The same of I/O.")
        .Add("containers", OptionTypes.Boolean, o => o.Containers, (o, v) => o.Containers = v, "Whether the kernel tells of each container's own pressure too, which needs cgroup v2.");
}
