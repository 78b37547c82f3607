using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>How many tasks run, or wait for a CPU or a disk.</summary>
internal sealed class LoadavgTracer : MetricTracerDefinition
{
    private const string IteratorRung = "/proc/loadavg+iter/task";
    private static readonly HookRung s_file = KernelPath.Rung("/proc/loadavg", "mount proc");

    public override string Name => "loadavg";

    public override string Summary => "How many tasks run, or wait for a CPU or a disk.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("loadavg");

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(Hook.TaskIterator(LoadavgBpf.Programs.BusyTask)) with
        {
            Name = IteratorRung,
            Lacks = (kernel, btf) => s_file.Lacks(kernel, btf) ?? (kernel.Roots.AreOfThisMachine()
                ? null
                : new Unsupported("a proc of this machine", "", "the tasks of another machine, whose files --procfs-prefix names, cannot be asked")),
        },
        s_file,
    ];

    public override IReadOnlyList<MetricFamily> Families { get; } = [.. LoadavgRun.Families, .. ContainerLoad.Families];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        services.Rung == IteratorRung ? new LoadavgTasksRun(services) : new LoadavgRun(services);
}
