using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Sources;

/// <summary><c>huatuo_events_*</c>: where every event went.</summary>
/// <param name="ledgers">One for each tracer.</param>
public sealed class LedgerSource(IReadOnlyList<TracerLedger> ledgers) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "ledger";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        LedgerCounters[] kernel = [.. ledgers.Select(ledger => ledger.Kernel.Read())];
        Kernel(writer, kernel, "hits", "Times that the hook ran.", counters => counters.Hits);
        Kernel(writer, kernel, "filtered", "Hits that the filters in the kernel passed over.", counters => counters.Filtered);
        Kernel(writer, kernel, "rate_limited", "Hits over max_events_per_second.", counters => counters.RateLimited);
        Kernel(writer, kernel, "deduplicated", "Hits reported already by another hook.", counters => counters.Deduplicated);
        Kernel(writer, kernel, "lost", "Hits that found the ring full.", counters => counters.Lost);
        Kernel(writer, kernel, "submitted", "Records put into the ring.", counters => counters.Submitted);
        Family(writer, "decode_errors", "Records that were not a record.", ledger => ledger.DecodeErrors);
        Family(writer, "decoded", "Records that became an event.", ledger => ledger.Decoded);
        Ignored(writer);
        Split<SuppressReason>(writer, "suppressed", "Events held back, by reason.", "reason", (ledger, reason) => ledger.Suppressed(reason));
        Split<DropStage>(writer, "dropped", "Events lost between decoding and the sinks, by stage.", "stage", (ledger, stage) => ledger.Dropped(stage));
        Family(writer, "accepted", "Events handed to every sink.", ledger => ledger.Accepted);
        Sinks(writer);
    }

    private void Kernel(MetricWriter writer, LedgerCounters[] kernel, string term, string help, Func<LedgerCounters, ulong> value)
    {
        writer.Family($"huatuo_events_{term}_total", MetricKind.Counter, help);
        for (int i = 0; i < kernel.Length; i++)
            writer.Sample(value(kernel[i]), new Label("tracer", ledgers[i].Tracer));
    }

    private void Family(MetricWriter writer, string term, string help, Func<TracerLedger, long> value)
    {
        writer.Family($"huatuo_events_{term}_total", MetricKind.Counter, help);
        foreach (TracerLedger ledger in ledgers)
            writer.Sample(value(ledger), new Label("tracer", ledger.Tracer));
    }

    private void Ignored(MetricWriter writer)
    {
        writer.Family("huatuo_events_ignored_total", MetricKind.Counter, "Events that a rule ignored, by rule.");
        foreach (TracerLedger ledger in ledgers)
            for (int rule = 0; rule < ledger.Rules.Count; rule++)
                writer.Sample(ledger.Ignored(rule), new Label("tracer", ledger.Tracer), new Label("rule", ledger.Rules[rule]));
    }

    private void Split<TPart>(MetricWriter writer, string term, string help, string label, Func<TracerLedger, TPart, long> value)
        where TPart : struct, Enum
    {
        writer.Family($"huatuo_events_{term}_total", MetricKind.Counter, help);
        foreach (TracerLedger ledger in ledgers)
            foreach (TPart part in Enum.GetValues<TPart>())
                writer.Sample(value(ledger, part), new Label("tracer", ledger.Tracer), new Label(label, Word(part)));
    }

    private void Sinks(MetricWriter writer)
    {
        Sink(writer, "recovered_total", MetricKind.Counter, "Events of an earlier run that a sink went on with.", sink => sink.Recovered);
        Sink(writer, "stored_total", MetricKind.Counter, "Events that a sink stored.", sink => sink.Stored);
        writer.Family("huatuo_events_sink_dropped_total", MetricKind.Counter, "Events that a sink gave up, by stage.");
        foreach (TracerLedger ledger in ledgers)
            foreach (SinkLedger sink in ledger.Sinks)
                foreach (SinkStage stage in Enum.GetValues<SinkStage>())
                    writer.Sample(sink.Dropped(stage), new Label("tracer", ledger.Tracer), new Label("sink", sink.Sink), new Label("stage", Word(stage)));
        Sink(writer, "dead_letter_total", MetricKind.Counter, "Events that a sink's medium refused for good.", sink => sink.DeadLetters);
        Sink(writer, "pending", MetricKind.Gauge, "Events that a sink holds.", sink => sink.Pending);
    }

    private void Sink(MetricWriter writer, string term, MetricKind kind, string help, Func<SinkLedger, long> value)
    {
        writer.Family("huatuo_events_" + term, kind, help);
        foreach (TracerLedger ledger in ledgers)
            foreach (SinkLedger sink in ledger.Sinks)
                writer.Sample(value(sink), new Label("tracer", ledger.Tracer), new Label("sink", sink.Sink));
    }

    private static string Word<TPart>(TPart part)
        where TPart : struct, Enum => part.ToString().ToLowerInvariant();
}
