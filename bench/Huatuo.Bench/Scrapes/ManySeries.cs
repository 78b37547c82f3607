using Huatuo.Flow.Metrics;

namespace Huatuo.Bench.Scrapes;

/// <summary>A source of many series with names and numbers like those of collectors.</summary>
/// <param name="count">How many.</param>
internal sealed class ManySeries(int count) : IMetricSource
{
    private const int PerFamily = 100;
    private readonly MetricFamily[] _families =
        [.. Enumerable.Range(0, count / PerFamily).Select(family => new MetricFamily($"huatuo_bench_container_{family}_total", MetricKind.Counter, "Series of the benchmark.", "container_id", "protocol", "event"))];

    private readonly string[] _ids = [.. Enumerable.Range(0, PerFamily).Select(id => id.ToString("x64"))];

    public string Name => "bench";

    public void Write(MetricWriter writer)
    {
        for (int family = 0; family < _families.Length; family++)
        {
            writer.Family(_families[family]);
            for (int row = 0; row < PerFamily; row++)
                writer.Sample((ulong)(row * 7919 + family) * 1_000_003, new Label("container_id", _ids[row]), new Label("protocol", "TcpExt"), new Label("event", "ListenDrops"));
        }
    }
}
