using System.Text.Json;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>What the machine does when tasks wait for CPU, memory or I/O more than is usual for it.</summary>
/// <param name="station">What all auto-tracers share.</param>
/// <param name="listening">Listens to the kernel.</param>
internal sealed class AutotracePsiTracer(AutoTraceStation station, PressureListening listening) : AutoTracerDefinition(station)
{
    /// <param name="station">What all auto-tracers share.</param>
    internal AutotracePsiTracer(AutoTraceStation station)
        : this(station, PressureWatch.Start)
    {
    }

    public override string Name => "autotrace_psi";

    public override string Summary => "What the machine does when tasks wait for CPU, memory or I/O more than is usual for it.";

    public override OptionSchema Options => AutotracePsiOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/pressure/cpu", "needs a kernel built with CONFIG_PSI and started with psi=1")];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new AutotracePsiTrace((AutotracePsiOptions)options, services, Station.Flames, listening), (AutotracePsiOptions)options, services);

    public override string FormatText(JsonElement document) =>
        UnusualText.Of(document, "pressure_percent", TerminalText.Text(document.GetProperty("tracer_data"), "resource") + " ");
}
