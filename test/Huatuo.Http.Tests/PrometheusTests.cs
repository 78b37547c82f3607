using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Tests;

/// <summary>A real Prometheus scrapes the server and answers questions about it. Needs Debian's package prometheus.</summary>
public sealed class PrometheusTests
{
    private static readonly MetricFamily Latency = new("test_latency_seconds", MetricKind.Histogram, "A histogram.", "vector") { Bounds = [-8, 0, 8] };

    [Fact]
    public async Task It_stores_native_histograms_with_all_their_buckets()
    {
        await using TestServer server = await ServeAsync();
        await using var prometheus = await PrometheusProcess.StartAsync(server.Server.Endpoint, "--enable-feature=native-histograms");
        Assert.Equal(10, await prometheus.AskAsync("""histogram_count(test_latency_seconds{vector="a"})"""));
        Assert.Equal(12.5, await prometheus.AskAsync("""histogram_sum(test_latency_seconds{vector="a"})"""));
        // Eight of the ten lie in (2^(3/8), 2^(4/8)], which no classic bound tells from (1, 2].
        Assert.InRange(await prometheus.AskAsync("""histogram_quantile(0.5, test_latency_seconds{vector="a"})"""), Math.Pow(2, 3 / 8.0), Math.Pow(2, 4 / 8.0));
        Assert.Equal(3, await prometheus.AskAsync("test_events_total"));
    }

    [Fact]
    public async Task It_stores_classic_histograms()
    {
        await using TestServer server = await ServeAsync();
        await using var prometheus = await PrometheusProcess.StartAsync(server.Server.Endpoint);
        Assert.Equal(2, await prometheus.AskAsync("""test_latency_seconds_bucket{vector="a",le=~"1(.0)?"}"""));
        Assert.Equal(10, await prometheus.AskAsync("""test_latency_seconds_count{vector="a"}"""));
    }

    private static Task<TestServer> ServeAsync() => TestServer.StartAsync(
    [
        new Source("latency", writer =>
        {
            writer.Family(Latency);
            writer.Histogram(new ExponentialHistogram(-2, [2, 0, 0, 0, 0, 0, 8], 0, 12.5), new Label("vector", "a"));
            writer.Family("test_events_total", MetricKind.Counter, "A counter.");
            writer.Sample(3);
        }),
    ]);
}
