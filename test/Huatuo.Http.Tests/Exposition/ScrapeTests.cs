using System.Text;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Exposition;

public sealed class ScrapeTests
{
    /// <summary>Each look at the clock is one tick of 1 ms later, so that durations are known.</summary>
    private sealed class StepClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now++;
    }

    [Fact]
    public async Task Counters_that_are_pushed_begin_when_they_began_also_on_pages_that_are_too_large_to_be_kept()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(10));
        using var scrape = new Scrape(
            [
                new Source("large", writer =>
                {
                    writer.Family("a_total", MetricKind.Counter, "A.");
                    writer.Sample(1, new Label("text", new string('x', 5 << 20)));
                }),
            ],
            new RequestCounts(),
            TimeSpan.FromSeconds(60),
            time,
            failed: null);
        MetricPage?[] pages = [null, null];
        for (int i = 0; i < pages.Length; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            pages[i] = await scrape.RenderAsync(ExpositionFormat.Otlp, TestContext.Current.CancellationToken);
            scrape.Return(pages[i]!);
        }
        Assert.NotSame(pages[0], pages[1]);
        // Field 2 of a point, of eight bytes.
        byte[] start = [0x11, .. BitConverter.GetBytes(10_000_000_000UL)];
        Assert.All(pages, page => Assert.NotEqual(-1, page!.Written.Span.IndexOf(start)));
    }

    [Fact]
    public async Task A_failed_source_is_counted_and_spoils_nothing()
    {
        var fail = true;
        var failures = new List<string>();
        var requests = new RequestCounts();
        var route = requests.Add("/metrics");
        requests.Add("other").Count("BREW", 418);
        using var scrape = new Scrape(
            [
                new Source("first", writer =>
                {
                    writer.Family("a", MetricKind.Gauge, "A.");
                    writer.Sample(1);
                }),
                new Source("second", writer =>
                {
                    writer.Family("b", MetricKind.Gauge, "B.");
                    writer.Sample(2);
                    if (fail)
                        throw new IOException("broken");
                }),
                new Source("third", writer =>
                {
                    writer.Family("c", MetricKind.Gauge, "C.");
                    writer.Sample(3);
                }, skippedLines: 7),
            ],
            requests,
            TimeSpan.FromSeconds(60),
            new StepClock(),
            (name, error) => failures.Add($"{name}: {error.Message}"));

        var page = await RenderAsync(scrape);
        route.Count("GET", 200);
        Assert.Equal(
            """
            # HELP a A.
            # TYPE a gauge
            a 1
            # HELP c C.
            # TYPE c gauge
            c 3
            # HELP huatuo_scrape_source_duration_seconds Time one source took in this scrape.
            # TYPE huatuo_scrape_source_duration_seconds gauge
            huatuo_scrape_source_duration_seconds{source="first"} 0.001
            huatuo_scrape_source_duration_seconds{source="second"} 0.001
            huatuo_scrape_source_duration_seconds{source="third"} 0.001
            # HELP huatuo_scrape_duration_seconds Time all sources took in this scrape.
            # TYPE huatuo_scrape_duration_seconds gauge
            huatuo_scrape_duration_seconds 0.003
            # HELP huatuo_scrape_source_failures_total Scrapes in which a source failed, so that its metrics were left out.
            # TYPE huatuo_scrape_source_failures_total counter
            huatuo_scrape_source_failures_total{source="first"} 0
            huatuo_scrape_source_failures_total{source="second"} 1
            huatuo_scrape_source_failures_total{source="third"} 0
            # HELP huatuo_scrape_collector_success 1 when the source did not fail in this scrape, else 0.
            # TYPE huatuo_scrape_collector_success gauge
            huatuo_scrape_collector_success{collector="first"} 1
            huatuo_scrape_collector_success{collector="second"} 0
            huatuo_scrape_collector_success{collector="third"} 1
            # HELP huatuo_scrape_skipped_lines_total Lines of kernel files that were skipped, since they were no such lines.
            # TYPE huatuo_scrape_skipped_lines_total counter
            huatuo_scrape_skipped_lines_total{source="third"} 7
            # HELP huatuo_http_requests_total HTTP requests answered.
            # TYPE huatuo_http_requests_total counter
            huatuo_http_requests_total{route="other",method="other",status="other"} 1

            """,
            page);

        await RenderAsync(scrape);
        fail = false;
        page = await RenderAsync(scrape);
        Assert.Contains("# TYPE b gauge\nb 2\n", page);
        Assert.Contains("huatuo_scrape_source_failures_total{source=\"second\"} 2\n", page);
        Assert.Contains("huatuo_scrape_collector_success{collector=\"second\"} 1\n", page);
        Assert.Contains("huatuo_http_requests_total{route=\"/metrics\",method=\"GET\",status=\"200\"} 1\n", page);
        fail = true;
        await RenderAsync(scrape);
        Assert.Equal(["second: broken", "second: broken"], failures);
    }

    [Fact]
    public async Task Of_two_sources_with_one_family_the_second_fails()
    {
        static void Write(MetricWriter writer) => writer.Family("a", MetricKind.Gauge, "A.");
        var failures = new List<string>();
        using var scrape = new Scrape(
            [new Source("one", Write), new Source("two", Write)],
            new RequestCounts(),
            TimeSpan.FromSeconds(60),
            TimeProvider.System,
            (name, error) => failures.Add($"{name}: {error.Message}"));
        await RenderAsync(scrape);
        Assert.Equal(["two: metric family a is declared twice in one scrape"], failures);
    }

    [Fact]
    public async Task Sources_run_one_scrape_at_a_time()
    {
        var running = 0;
        var most = 0;
        using var scrape = new Scrape(
            [new Source("one", _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Thread.Yield();
                Interlocked.Decrement(ref running);
            })],
            new RequestCounts(),
            TimeSpan.FromSeconds(60),
            TimeProvider.System,
            null);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => RenderAsync(scrape))));
        Assert.Equal(1, most);
    }

    private static async Task<string> RenderAsync(Scrape scrape)
    {
        var page = await scrape.RenderAsync(ExpositionFormat.Text, TestContext.Current.CancellationToken);
        var text = Encoding.UTF8.GetString(page!.Written.Span);
        scrape.Return(page);
        return text;
    }
}
