using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.MountpointPerm;

/// <summary>Mount points that have become read-only.</summary>
internal sealed class MountpointPermTracer : MetricTracerDefinition
{
    public override string Name => "mountpoint_perm";

    public override string Summary => "Mount points that have become read-only.";

    public override OptionSchema Options => MountpointPermOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/self/mountinfo", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => MountpointPermRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new MountpointPermRun((MountpointPermOptions)options, services);
}
