using System.Globalization;
using System.Text.Json;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>A flame graph of a container that suddenly uses most of the CPU time that it may use.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class CpuidleTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "cpuidle";

    public override string Summary => "A container's flame graph when it suddenly uses most of the CPU time that it may use.";

    public override OptionSchema Options => CpuidleOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/self/mountinfo", "mount proc: mount -t proc proc /proc")];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new CpuidleTrace((CpuidleOptions)options, services, Station.Flames), (CpuidleOptions)options, services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        return string.Create(CultureInfo.InvariantCulture, $"{TerminalText.Text(document, "observed_timestamp")} container_id={TerminalText.Text(document, "container_id")} user={data.GetProperty("user_percent")}% system={data.GetProperty("system_percent")}%{FlameText.Of(data)}");
    }
}
