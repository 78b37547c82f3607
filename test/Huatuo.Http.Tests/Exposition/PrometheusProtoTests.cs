using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;

namespace Huatuo.Http.Tests.Exposition;

/// <summary>Read back by a reader of protobuf's wire format that knows nothing of the page.</summary>
public sealed class PrometheusProtoTests
{
    private readonly PrometheusProto _page = new();

    [Fact]
    public void Families_come_one_behind_the_other()
    {
        _page.Begin();
        _page.BeginSource();
        _page.Family("a_total", MetricKind.Counter, "A.");
        _page.Sample(ulong.MaxValue, new Label("text", "é\n"), new Label("empty", ""));
        _page.Sample(0.5);
        _page.Family("b", MetricKind.Gauge, "B.");
        _page.BeginSource();
        _page.Family("c_info", MetricKind.Info, "C.");
        _page.Sample(1);
        _page.End();
        Assert.Equal(
            """
            1"a_total" 2"A." 3:0 4{1{1"text" 2"é\n"} 1{1"empty" 2""} 3{1=1.8446744073709552E+19}} 4{3{1=0.5}}
            1"b" 2"B." 3:1
            1"c_info" 2"C." 3:1 4{2{1=1}}
            """,
            ProtoText.OfDelimited(_page.Written.Span, Schema));
    }

    [Fact]
    public void A_source_that_fails_is_taken_back()
    {
        _page.Begin();
        _page.BeginSource();
        _page.Family("a", MetricKind.Gauge, "A.");
        _page.Sample(1);
        MetricPage.Mark mark = _page.BeginSource();
        _page.Family("b", MetricKind.Gauge, "B.");
        _page.Sample(2);
        _page.Rollback(mark);
        _page.End();
        Assert.Equal("""1"a" 2"A." 3:1 4{2{1=1}}""", ProtoText.OfDelimited(_page.Written.Span, Schema));
    }

    [Fact]
    public void A_histogram_has_every_bucket_in_spans_and_its_classic_bounds()
    {
        _page.Begin();
        _page.Family(new MetricFamily("d_seconds", MetricKind.Histogram, "D.") { Bounds = [0, 8] });
        _page.Histogram(new ExponentialHistogram(-3, [0, 4, 0, 0, 9, 0, 0, 0, 1, 0], 2, 7.25) { ZeroThreshold = 0.125 });
        _page.End();
        Assert.Equal(
            "1\"d_seconds\" 2\"D.\" 3:4 4{7{1:16 2=7.25 3{1:6 2=1} 3{1:16 2=2} 5:6 6=0.125 7:2 "
            + "12{1:3 2:4} 12{1:6 2:1} 13:8 13:7 13:0 13:18 13:15}}",
            ProtoText.OfDelimited(_page.Written.Span, Schema));
    }

    [Fact]
    public void Exemplars_are_those_of_the_histogram_and_of_its_bounds()
    {
        var accepted = new AcceptedEvent(Guid.Parse("0193684e-7c1f-7abc-8def-0123456789ab"), "oom", 1_767_323_045_500_000_001);
        _page.Begin();
        _page.Family(new MetricFamily("d_seconds", MetricKind.Histogram, "D.") { Bounds = [0, 8] });
        _page.Histogram(new ExponentialHistogram(0, [1, 0, 1], 0, 2.5) { Exemplars = [new Exemplar(0.95, accepted), new Exemplar(1.125, accepted)] });
        _page.End();
        const string labels = """1{1"event_id" 2"0193684e-7c1f-7abc-8def-0123456789ab"} 1{1"tracer" 2"oom"}""", time = "3{1:1767323045 2:500000001}";
        string one = $"{labels} 2=0.95 {time}", two = $"{labels} 2=1.125 {time}";
        Assert.Contains($"3{{1:1 2=1 3{{{one}}}}} 3{{1:2 2=2 3{{{two}}}}} ", ProtoText.OfDelimited(_page.Written.Span, Schema), StringComparison.Ordinal);
        Assert.EndsWith($" 16{{{one}}} 16{{{two}}}}}}}", ProtoText.OfDelimited(_page.Written.Span, Schema), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_histograms_come_back()
    {
        var random = new Random(20261126);
        for (int round = 0; round < 500; round++)
        {
            var counts = new ulong[random.Next(40)];
            for (int i = 0; i < counts.Length; i++)
                counts[i] = random.Next(3) == 0 ? (ulong)random.NextInt64(1L << 40) : 0;
            int offset = random.Next(-300, 300);
            _page.Begin();
            _page.Family("d_seconds", MetricKind.Histogram, "D.");
            _page.Histogram(new ExponentialHistogram(offset, counts, 0, 1));
            _page.End();
            var expected = counts.Select((count, i) => (Index: offset + i, Count: count)).Where(bucket => bucket.Count > 0);
            Assert.Equal(expected, NativeBuckets.Of(_page.Written.Span).Where(bucket => bucket.Count > 0));
        }
    }

    /// <summary>Whether a field of eight bytes or a message, by the path of field numbers.</summary>
    private static bool Schema(string path) => path is "4" or "4.1" or "4.2" or "4.3" or "4.7" or "4.7.3" or "4.7.12"
        or "4.7.3.3" or "4.7.3.3.1" or "4.7.3.3.3" or "4.7.16" or "4.7.16.1" or "4.7.16.3";
}
