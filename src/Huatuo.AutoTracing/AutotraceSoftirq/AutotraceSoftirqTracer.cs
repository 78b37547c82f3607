using System.Globalization;
using System.Text.Json;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.AutotraceSoftirq;

/// <summary>A flame graph of the CPU that spends more time in softirqs than is usual for the machine.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class AutotraceSoftirqTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "autotrace_softirq";

    public override string Summary => "The flame graph of a CPU that spends more time in softirqs than is usual for the machine.";

    public override OptionSchema Options => AutotraceSoftirqOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/stat", "mount proc: mount -t proc proc /proc")];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new AutotraceSoftirqTrace((AutotraceSoftirqOptions)options, services, Station.Flames), (AutotraceSoftirqOptions)options, services);

    public override string FormatText(JsonElement document) => UnusualText.Of(
        document, "softirq_percent", string.Create(CultureInfo.InvariantCulture, $"cpu={document.GetProperty("tracer_data").GetProperty("cpu")} "));
}
