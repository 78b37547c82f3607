using System.Text;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;

namespace Huatuo.Http.Tests.Exposition;

public sealed class PrometheusTextTests
{
    private readonly PrometheusText _page = new(ExpositionFormat.Text);
    private readonly PrometheusText _openMetrics = new(ExpositionFormat.OpenMetrics);

    [Fact]
    public void A_page_in_text_format()
    {
        Assert.Equal(
            """
            # HELP test_events_total Help with a \\, a "quote" and\na line break.
            # TYPE test_events_total counter
            test_events_total{tracer="dropwatch",text="a\\b \"c\"\nd	é€😀"} 18446744073709551615
            test_events_total{tracer="oom",text=""} 9007199254740993
            test_events_total{tracer="half�",text="{}=,"} 0.5
            # HELP test_pause_seconds_total A counter with a unit.
            # TYPE test_pause_seconds_total counter
            test_pause_seconds_total 1E-09
            # HELP test_resident_bytes A gauge with a unit.
            # TYPE test_resident_bytes gauge
            test_resident_bytes -9223372036854775808
            # HELP test_level A gauge.
            # TYPE test_level gauge
            test_level{value="inf"} +Inf
            test_level{value="-inf"} -Inf
            test_level{value="nan"} NaN
            test_level{value="sum"} 0.30000000000000004
            test_level{value="2^53"} 9007199254740992
            test_level{value="large"} 1E+300
            test_level{value="negative"} -12
            # HELP test_build_info An info.
            # TYPE test_build_info gauge
            test_build_info{version="1.0"} 1
            # HELP test_empty_ratio A family without samples.
            # TYPE test_empty_ratio gauge

            """,
            Render(ExpositionFormat.Text, Source.AllKinds.Write));
    }

    [Fact]
    public void The_same_page_in_OpenMetrics()
    {
        Assert.Equal(
            """
            # HELP test_events Help with a \\, a \"quote\" and\na line break.
            # TYPE test_events counter
            test_events_total{tracer="dropwatch",text="a\\b \"c\"\nd	é€😀"} 18446744073709551615
            test_events_total{tracer="oom",text=""} 9007199254740993
            test_events_total{tracer="half�",text="{}=,"} 0.5
            # HELP test_pause_seconds A counter with a unit.
            # TYPE test_pause_seconds counter
            # UNIT test_pause_seconds seconds
            test_pause_seconds_total 1E-09
            # HELP test_resident_bytes A gauge with a unit.
            # TYPE test_resident_bytes gauge
            # UNIT test_resident_bytes bytes
            test_resident_bytes -9223372036854775808
            # HELP test_level A gauge.
            # TYPE test_level gauge
            test_level{value="inf"} +Inf
            test_level{value="-inf"} -Inf
            test_level{value="nan"} NaN
            test_level{value="sum"} 0.30000000000000004
            test_level{value="2^53"} 9007199254740992
            test_level{value="large"} 1E+300
            test_level{value="negative"} -12
            # HELP test_build An info.
            # TYPE test_build info
            test_build_info{version="1.0"} 1
            # HELP test_empty_ratio A family without samples.
            # TYPE test_empty_ratio gauge
            # UNIT test_empty_ratio ratio
            # EOF

            """,
            Render(ExpositionFormat.OpenMetrics, Source.AllKinds.Write));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_histogram_shows_its_bounds(bool openMetrics)
    {
        var family = new MetricFamily("test_latency_seconds", MetricKind.Histogram, "A histogram.", "vector") { Bounds = [-16, -7, 0, 8] };
        string page = Render(openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text, writer =>
        {
            writer.Family(family);
            // Of the bucket -17 (0.21, 0.23], -16 (0.23, 0.25] and so on to 9 (2, 2.18].
            writer.Histogram(new ExponentialHistogram(-17, [3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 11], 1, 30.5), new Label("vector", "a"));
            writer.Histogram(new ExponentialHistogram(0, [], 0, 0));
        });
        string one = openMetrics ? "1.0" : "1", two = openMetrics ? "2.0" : "2";
        Assert.EndsWith(
            $$"""
            # TYPE test_latency_seconds histogram
            {{(openMetrics ? "# UNIT test_latency_seconds seconds\n" : "")}}test_latency_seconds_bucket{vector="a",le="0.25"} 6
            test_latency_seconds_bucket{vector="a",le="0.5452538663326288"} 11
            test_latency_seconds_bucket{vector="a",le="{{one}}"} 18
            test_latency_seconds_bucket{vector="a",le="{{two}}"} 18
            test_latency_seconds_bucket{vector="a",le="+Inf"} 29
            test_latency_seconds_sum{vector="a"} 30.5
            test_latency_seconds_count{vector="a"} 29
            test_latency_seconds_bucket{le="0.25"} 0
            test_latency_seconds_bucket{le="0.5452538663326288"} 0
            test_latency_seconds_bucket{le="{{one}}"} 0
            test_latency_seconds_bucket{le="{{two}}"} 0
            test_latency_seconds_bucket{le="+Inf"} 0
            test_latency_seconds_sum 0
            test_latency_seconds_count 0
            {{(openMetrics ? "# EOF\n" : "")}}
            """,
            page);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_exemplar_stands_behind_its_bucket_in_OpenMetrics_alone(bool openMetrics)
    {
        var first = new AcceptedEvent(Guid.Parse("0193684e-7c1f-7abc-8def-0123456789ab"), "memory_reclaim", 1_767_323_045_500_000_000);
        var second = first with { Id = Guid.Parse("0193684e-7c20-7abc-8def-0123456789ab"), UtcNanoseconds = 1_767_323_046_000_000_000 };
        var family = new MetricFamily("test_latency_seconds", MetricKind.Histogram, "A histogram.") { Bounds = [-16, 0, 8] };
        string page = Render(openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text, writer =>
        {
            writer.Family(family);
            // (0.23, 0.25], (0.92, 1] and (2, 2.18]; nothing lies in (1, 2].
            var counts = new ulong[26];
            (counts[0], counts[16], counts[25]) = (1, 2, 3);
            writer.Histogram(new ExponentialHistogram(-16, counts, 0, 9)
            {
                Exemplars = [new Exemplar(0.95, second), new Exemplar(1, first), new Exemplar(1.5, first), new Exemplar(2.125, first)],
            });
        });
        string Shown(string id, string rest) => openMetrics ? $$""" # {event_id="{{id}}",tracer="memory_reclaim"} {{rest}}""" : "";
        string one = openMetrics ? "1.0" : "1", two = openMetrics ? "2.0" : "2";
        Assert.EndsWith(
            $$"""
            test_latency_seconds_bucket{le="0.25"} 1
            test_latency_seconds_bucket{le="{{one}}"} 3{{Shown("0193684e-7c20-7abc-8def-0123456789ab", "0.95 1767323046")}}
            test_latency_seconds_bucket{le="{{two}}"} 3
            test_latency_seconds_bucket{le="+Inf"} 6{{Shown("0193684e-7c1f-7abc-8def-0123456789ab", "2.125 1767323045.5")}}
            test_latency_seconds_sum 9
            test_latency_seconds_count 6
            {{(openMetrics ? "# EOF\n" : "")}}
            """,
            page);
    }

    [Fact]
    public void A_histogram_that_breaks_the_rules_is_refused()
    {
        _page.Begin();
        Broken("a histogram was written before its metric family", () => _page.Histogram(default));
        _page.Family("a", MetricKind.Gauge, "");
        Broken("a histogram was written before its metric family", () => _page.Histogram(default));
        _page.Family("b_seconds", MetricKind.Histogram, "");
        Broken("a sample of the histogram b_seconds is no histogram", () => _page.Sample(1));
        Broken("the histogram c_seconds has 17 bounds", () => _page.Family(new MetricFamily("c_seconds", MetricKind.Histogram, "") { Bounds = [.. Enumerable.Range(0, 17)] }));
    }

    [Fact]
    public void A_page_can_be_written_again()
    {
        var first = Render(ExpositionFormat.OpenMetrics, Source.AllKinds.Write);
        Assert.Equal("", Render(ExpositionFormat.Text, _ => { }));
        Assert.Equal(first, Render(ExpositionFormat.OpenMetrics, Source.AllKinds.Write));
    }

    [Fact]
    public void Going_back_forgets_text_and_families()
    {
        _page.Begin();
        _page.Family("a", MetricKind.Gauge, "A.");
        _page.Sample(1);
        var mark = _page.BeginSource();
        _page.Family("b", MetricKind.Gauge, "Lost.");
        _page.Sample(2);
        _page.Rollback(mark);
        Assert.Throws<InvalidOperationException>(() => _page.Sample(3));
        _page.Family("b", MetricKind.Gauge, "B.");
        _page.Sample(4);
        Assert.Throws<InvalidOperationException>(() => _page.Family("a", MetricKind.Gauge, "A."));
        _page.End();
        Assert.Equal(
            "# HELP a A.\n# TYPE a gauge\na 1\n# HELP b B.\n# TYPE b gauge\nb 4\n",
            Encoding.UTF8.GetString(_page.Written.Span));
    }

    [Fact]
    public void A_source_does_not_continue_the_family_of_the_one_before()
    {
        _page.Begin();
        _page.Family("a", MetricKind.Gauge, "A.");
        _page.BeginSource();
        Broken("a sample was written before its metric family", () => _page.Sample(1));
    }

    [Theory]
    [InlineData("", MetricKind.Gauge, "'' is not the name of a metric")]
    [InlineData("1a", MetricKind.Gauge, "'1a' is not the name of a metric")]
    [InlineData("a-b", MetricKind.Gauge, "'a-b' is not the name of a metric")]
    [InlineData("é", MetricKind.Gauge, "'é' is not the name of a metric")]
    [InlineData("a", MetricKind.Counter, "the Counter a does not end in _total")]
    [InlineData("_total", MetricKind.Counter, "the Counter _total does not end in _total")]
    [InlineData("a", MetricKind.Info, "the Info a does not end in _info")]
    [InlineData("a_total", MetricKind.Gauge, "the Gauge a_total has the suffix _total, which means another kind")]
    [InlineData("a_count", MetricKind.Gauge, "the Gauge a_count has the suffix _count, which means another kind")]
    [InlineData("a_info_total", MetricKind.Counter, "the Counter a_info_total has the suffix _info, which means another kind")]
    public void A_bad_family_name_is_refused(string name, MetricKind kind, string message)
    {
        _page.Begin();
        Broken(message, () => _page.Family(name, kind, ""));
    }

    [Theory]
    [InlineData("a_total", MetricKind.Counter, "a_total", MetricKind.Counter)]
    [InlineData("a_total", MetricKind.Counter, "a", MetricKind.Gauge)]
    [InlineData("a", MetricKind.Gauge, "a_info", MetricKind.Info)]
    public void Families_that_would_clash_in_either_format_are_refused(
        string first, MetricKind firstKind, string second, MetricKind secondKind)
    {
        _page.Begin();
        _page.Family(first, firstKind, "");
        Broken($"metric family {second} is declared twice in one scrape", () => _page.Family(second, secondKind, ""));
    }

    [Theory]
    [InlineData("", "'' on a is not the name of a label")]
    [InlineData("9", "'9' on a is not the name of a label")]
    [InlineData("a:b", "'a:b' on a is not the name of a label")]
    [InlineData("__name__", "'__name__' on a is not the name of a label")]
    [InlineData("first", "the label first is on one sample of a twice")]
    public void A_bad_label_name_is_refused(string name, string message)
    {
        _page.Begin();
        _page.Family("a", MetricKind.Gauge, "");
        Broken(message, () => _page.Sample(1, new Label("first", ""), new Label(name, "")));
    }

    [Fact]
    public void Values_that_their_kind_cannot_have_are_refused()
    {
        const string Counter = "a sample of the counter a_total is negative or not a number";
        const string Info = "a sample of the info a_info has a value other than 1";
        _page.Begin();
        Broken("a sample was written before its metric family", () => _page.Sample(1));
        _page.Family("a_total", MetricKind.Counter, "");
        Broken(Counter, () => _page.Sample(-1));
        Broken(Counter, () => _page.Sample(-0.5));
        Broken(Counter, () => _page.Sample(double.NaN));
        _page.Begin();
        _page.Family("a_info", MetricKind.Info, "");
        Broken(Info, () => _page.Sample(0));
        Broken(Info, () => _page.Sample(2UL));
        Broken(Info, () => _page.Sample(1.5));
    }

    [Fact]
    public void A_page_without_end_is_refused()
    {
        _page.Begin();
        _page.Family("a", MetricKind.Gauge, "");
        var label = new Label("text", new string('x', 1 << 20));
        Broken("the page would exceed 67108864 bytes", () =>
        {
            while (true)
                _page.Sample(1, label);
        });
    }

    [Fact]
    public void A_sample_allocates_nothing()
    {
        Render(ExpositionFormat.Text, Write);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _page.Begin();
        _page.Family("a_total", MetricKind.Counter, "A.");
        var family = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        WriteSamples(_page);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(family, 0, 256);

        static void Write(MetricWriter writer)
        {
            writer.Family("a_total", MetricKind.Counter, "A.");
            WriteSamples(writer);
        }

        static void WriteSamples(MetricWriter writer)
        {
            for (var i = 0; i < 100; i++)
            {
                writer.Sample(i, new Label("tracer", "dropwatch"), new Label("reason", "a \"quoted\" one"));
                writer.Sample(i + 0.1, new Label("tracer", "dropwatch"));
            }
        }
    }

    /// <summary>Any text comes back the same after undoing the escapes, and never ends its line.</summary>
    [Fact]
    public void Random_label_values_come_back()
    {
        var random = new Random(20261123);
        const string Alphabet = "\\\"\n\r\t\0ab{}=,#é€\ud83d\ude00 ";
        for (var round = 0; round < 2000; round++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var page = Render(ExpositionFormat.OpenMetrics, writer =>
            {
                writer.Family("a", MetricKind.Gauge, value);
                writer.Sample(1, new Label("text", value));
            });
            var lines = page.Split('\n');
            Assert.Equal(5, lines.Length);
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value));
            Assert.Equal(expected, Unescape(lines[0]["# HELP a ".Length..]));
            Assert.Equal(expected, Unescape(lines[2]["a{text=\"".Length..^"\"} 1".Length]));
        }
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            Assert.NotEqual('"', text[i]);
            plain.Append(text[i] != '\\' ? text[i] : text[++i] == 'n' ? '\n' : text[i]);
        }

        return plain.ToString();
    }

    private static void Broken(string message, Action act) =>
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(act).Message);

    private string Render(ExpositionFormat format, Action<MetricWriter> write)
    {
        PrometheusText page = format == ExpositionFormat.Text ? _page : _openMetrics;
        page.Begin();
        write(page);
        page.End();
        return Encoding.UTF8.GetString(page.Written.Span);
    }
}
