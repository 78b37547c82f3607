using System.Globalization;
using System.Text.Json;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.Cpusys;

/// <summary>A flame graph of the machine when the kernel suddenly takes much of its CPUs' time.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class CpusysTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "cpusys";

    public override string Summary => "The machine's flame graph when the kernel suddenly takes much of its CPU time.";

    public override OptionSchema Options => CpusysOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/stat", "mount proc: mount -t proc proc /proc")];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new CpusysTrace((CpusysOptions)options, services, Station.Flames), (CpusysOptions)options, services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        return string.Create(CultureInfo.InvariantCulture, $"{TerminalText.Text(document, "observed_timestamp")} system={data.GetProperty("system_percent")}% delta={data.GetProperty("system_percent_delta")}%{FlameText.Of(data)}");
    }
}
