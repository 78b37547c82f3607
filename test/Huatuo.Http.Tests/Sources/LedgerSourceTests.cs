using System.Text;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;
using Huatuo.Http.Exposition;
using Huatuo.Http.Sources;

namespace Huatuo.Http.Tests.Sources;

public sealed class LedgerSourceTests
{
    [Fact]
    public void Every_term_of_every_tracer()
    {
        var ledger = new TracerLedger("dropwatch", ["a\"b"], ["local"]);
        ledger.Kernel.Begin(cpus =>
        {
            cpus.Clear();
            cpus[0] = new LedgerCounters { Hits = 28, Filtered = 1, RateLimited = 2, Deduplicated = 3, Lost = 4, Submitted = 18 };
            return true;
        });
        ledger.CountDecodeError();
        for (int i = 0; i < 17; i++)
            ledger.CountDecoded();
        ledger.CountersOf(ledger.Rules)[0].Count();
        ledger.CountDropped(DropStage.Encode);
        for (int i = 0; i < 15; i++)
            ledger.CountAccepted();
        SinkLedger sink = ledger.Sinks[0];
        sink.Recover(5);
        sink.Queue(13);
        sink.Refuse();
        sink.Refuse(SinkStage.Full);
        sink.Store(9);
        sink.Drop(SinkStage.Stop, 1);
        sink.Drop(SinkStage.Spool, 3);
        sink.DeadLetter(1);
        var page = new PrometheusText(ExpositionFormat.Text);
        page.Begin();
        new LedgerSource([ledger]).Write(page);
        page.End();
        Assert.Equal(
            """
            huatuo_events_hits_total{tracer="dropwatch"} 28
            huatuo_events_filtered_total{tracer="dropwatch"} 1
            huatuo_events_rate_limited_total{tracer="dropwatch"} 2
            huatuo_events_deduplicated_total{tracer="dropwatch"} 3
            huatuo_events_lost_total{tracer="dropwatch"} 4
            huatuo_events_submitted_total{tracer="dropwatch"} 18
            huatuo_events_decode_errors_total{tracer="dropwatch"} 1
            huatuo_events_decoded_total{tracer="dropwatch"} 17
            huatuo_events_ignored_total{tracer="dropwatch",rule="a\"b"} 1
            huatuo_events_suppressed_total{tracer="dropwatch",reason="backoff"} 0
            huatuo_events_suppressed_total{tracer="dropwatch",reason="clock"} 0
            huatuo_events_suppressed_total{tracer="dropwatch",reason="cooldown"} 0
            huatuo_events_suppressed_total{tracer="dropwatch",reason="busy"} 0
            huatuo_events_dropped_total{tracer="dropwatch",stage="encode"} 1
            huatuo_events_dropped_total{tracer="dropwatch",stage="queue"} 0
            huatuo_events_accepted_total{tracer="dropwatch"} 15
            huatuo_events_recovered_total{tracer="dropwatch",sink="local"} 5
            huatuo_events_stored_total{tracer="dropwatch",sink="local"} 9
            huatuo_events_sink_dropped_total{tracer="dropwatch",sink="local",stage="queue"} 1
            huatuo_events_sink_dropped_total{tracer="dropwatch",sink="local",stage="full"} 1
            huatuo_events_sink_dropped_total{tracer="dropwatch",sink="local",stage="write"} 0
            huatuo_events_sink_dropped_total{tracer="dropwatch",sink="local",stage="stop"} 1
            huatuo_events_sink_dropped_total{tracer="dropwatch",sink="local",stage="spool"} 3
            huatuo_events_dead_letter_total{tracer="dropwatch",sink="local"} 1
            huatuo_events_pending{tracer="dropwatch",sink="local"} 4
            """,
            string.Join('\n', Encoding.UTF8.GetString(page.Written.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')));
    }
}
