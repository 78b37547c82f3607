using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Cpu.CpuStat;

/// <summary>How containers are held up by their limit of CPU time.</summary>
internal sealed class CpuStatTracer : MetricTracerDefinition
{
    public override string Name => "cpu_stat";

    public override string Summary => "How containers are held up by their limit of CPU time.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("cpu_stat");

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("cpu.stat", _ => null)];

    public override IReadOnlyList<MetricFamily> Families => CpuStatRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new CpuStatRun(services);
}
