using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>Packets that the kernel threw away, with its reason, and who, where and why.</summary>
internal sealed class DropwatchTracer : EventTracerDefinition
{
    public override string Name => "dropwatch";

    public override string Summary => "Packets that the kernel dropped: reason, addresses, device, network namespace, stack.";

    public override OptionSchema Options => DropwatchOptions.Keys;

    // A rung is named by what every kernel has; the reports of hardware come along where there are any.
    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("kfree_skb", DropwatchBpf.Programs.DropwatchBtf),
            Hook.BtfTracepoint("devlink_trap_report", DropwatchBpf.Programs.DropwatchTrap).Optional) with { Name = "tp_btf/kfree_skb" },
        HookRung.Of(
            Hook.Tracepoint("skb", "kfree_skb", DropwatchBpf.Programs.DropwatchTracepoint),
            Hook.BtfTracepoint("devlink_trap_report", DropwatchBpf.Programs.DropwatchTrapWithoutFetch, fetches: false).Optional) with { Name = "tp/skb/kfree_skb" },
    ];

    public override IEventTracer Create(TracerOptions options, TracerServices services) =>
        new DropwatchRun((DropwatchOptions)options, services);

    public override string FormatText(JsonElement document) => DropwatchText.Format(document);
}
