using System.Text.Json;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Errors that the hardware reports.</summary>
internal sealed class RasTracer : EventTracerDefinition
{
    internal static readonly CounterFamily Errors = new("huatuo_ras_errors_total", "Hardware errors that the kernel told of, by where they come from, also those that are not stored.", "type");

    public override string Name => "ras";

    public override string Summary => "Hardware errors: machine checks, memory controllers, PCI Express, firmware's reports, poisoned pages.";

    public override IReadOnlyList<CounterFamily> Counters { get; } = [Errors];

    public override OptionSchema Options => RasOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("mce_record", RasBpf.Programs.RasMce, fetches: false).Optional,
            Hook.BtfTracepoint("threshold_apic_entry", RasBpf.Programs.RasThreshold, fetches: false).Optional,
            Hook.BtfTracepoint("mc_event", RasBpf.Programs.RasEdac, fetches: false).Optional,
            Hook.RawTracepoint("non_standard_event", RasBpf.Programs.RasFirmware).Optional,
            Hook.BtfTracepoint("aer_event", RasBpf.Programs.RasPcie, fetches: false).Optional,
            Hook.BtfTracepoint("arm_event", RasBpf.Programs.RasArm, fetches: false).Optional,
            Hook.BtfTracepoint("memory_failure_event", RasBpf.Programs.RasMemoryFailure, fetches: false).Optional) with
        { Name = "tp_btf" },
    ];

    public override IEventTracer Create(TracerOptions options, TracerServices services) => new RasRun((RasOptions)options, services);

    public override string FormatText(JsonElement document) => RasText.Format(document);
}
