using System.Text.Json;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>What the machine, or a container, does when its tasks wait for CPU, memory or I/O more than is usual.</summary>
/// <param name="station">What all auto-tracers share.</param>
/// <param name="listening">Listens to the kernel about the machine.</param>
/// <param name="containers">Listens to it about containers.</param>
internal sealed class AutotracePsiTracer(AutoTraceStation station, PressureListening listening, ContainerPressureListening containers) : AutoTracerDefinition(station)
{
    /// <param name="station">What all auto-tracers share.</param>
    internal AutotracePsiTracer(AutoTraceStation station)
        : this(station, PressureWatch.Start, ContainerPressureWatch.Start)
    {
    }

    public override string Name => "autotrace_psi";

    public override string Summary => "What the machine, or a container, does when its tasks wait for CPU, memory or I/O more than is usual.";

    public override OptionSchema Options => AutotracePsiOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/pressure/cpu", "needs a kernel built with CONFIG_PSI and started with psi=1")];

    public override IReadOnlyList<CounterFamily> Counters => [ContainerPressureWatch.Unwatched];

    public override Unsupported? LeavesOut(TracerOptions options, string procRoot) => ContainerPressureFiles.Lacks(procRoot);

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new AutotracePsiTrace((AutotracePsiOptions)options, services, Station.Flames, listening, containers), (AutotracePsiOptions)options, services);

    public override string FormatText(JsonElement document) =>
        UnusualText.Of(document, "pressure_percent", Subject(document));

    private static string Subject(JsonElement document) =>
        (TerminalText.Text(document, "container_id") is { Length: > 0 } container ? $"container_id={container} " : "") + TerminalText.Text(document.GetProperty("tracer_data"), "resource") + " ";
}
