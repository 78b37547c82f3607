using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Cpu.CpuUtil;

/// <summary>The section <c>tracers.cpu_util</c>.</summary>
internal sealed class CpuUtilOptions : TracerOptions
{
    /// <summary>Whether each CPU is shown too.</summary>
    public bool PerCpu { get; set; }

    /// <summary>The keys.</summary>
    public static OptionSchema<CpuUtilOptions> Keys { get; } = Schema<CpuUtilOptions>("cpu_util")
        .Add("per_cpu", OptionTypes.Boolean, o => o.PerCpu, (o, v) => o.PerCpu = v, "Show each CPU too, eight series for each.");
}
