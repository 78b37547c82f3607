using Huatuo.Bpf.Features;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>Packets that network hardware and its drivers dropped on receipt.</summary>
/// <param name="open">Opens what is asked for devices.</param>
internal sealed class NetdevHwTracer(Func<IRouteSource> open) : MetricTracerDefinition
{
    private const string CpuBase = "this_cpu_off";

    public NetdevHwTracer()
        : this(RouteSocket.Open)
    {
    }

    public override string Name => "netdev_hw";

    public override string Summary => "Packets that network hardware and its drivers dropped on receipt, without those that the network stack dropped.";

    public override OptionSchema Options => NetdevHwOptions.Keys;

    public override IReadOnlyList<MetricFamily> Families => NetdevHwRun.Families;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(Hook.OnDemand("test_run", NetdevHwBpf.Programs.FindCpuBase), Hook.OnDemand("test_run", NetdevHwBpf.Programs.SumDrops)) with
        {
            Name = "rtnetlink+test_run",
            Lacks = (_, btf) => CountsPerCpu(btf) && PerCpuOffset.FromRunQueue(btf, CpuBase) == 0
                ? new Unsupported($"per-CPU variable {CpuBase}", "", "x86_64 has it; elsewhere the stack's own drops are not found")
                : null,
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        return new NetdevHwRun((NetdevHwOptions)options, services, open(), PerCpuOffset.FromRunQueue(btf, CpuBase));
    }

    private static bool CountsPerCpu(KernelBtf? btf) => btf?.TryMemberOffset("net_device", "core_stats", out _) == true;
}
