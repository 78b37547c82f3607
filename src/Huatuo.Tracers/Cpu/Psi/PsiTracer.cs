using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Psi;

/// <summary>Time in which tasks were held up for lack of CPU, memory or I/O.</summary>
internal sealed class PsiTracer : MetricTracerDefinition
{
    public override string Name => "psi";

    public override string Summary => "Time in which tasks were held up for lack of CPU, memory or I/O.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("psi");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/pressure", "needs a kernel built with CONFIG_PSI, booted with psi=1 where it is off by default")];

    public override IReadOnlyList<MetricFamily> Families => PsiRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new PsiRun(services);
}
