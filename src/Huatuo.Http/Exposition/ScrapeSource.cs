using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>Metrics about the scrape that shows them and about the requests served. Written after all other sources.</summary>
internal sealed class ScrapeSource : IMetricSource
{
    private readonly (string Name, SourceRun[] Runs)[] _sources;
    private readonly RequestCounts _requests;

    /// <summary>Groups the runs by name, because several sources may share one.</summary>
    public ScrapeSource(IEnumerable<SourceRun> runs, RequestCounts requests)
    {
        _sources = [.. runs.GroupBy(run => run.Name).Select(group => (group.Key, group.ToArray()))];
        _requests = requests;
    }

    /// <inheritdoc/>
    public string Name => "scrape";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        var total = TimeSpan.Zero;
        writer.Family("huatuo_scrape_source_duration_seconds", MetricKind.Gauge, "Time one source took in this scrape.");
        foreach (var (name, runs) in _sources)
        {
            var duration = TimeSpan.Zero;
            foreach (var run in runs)
                duration += run.Duration;
            total += duration;
            writer.Sample(duration.TotalSeconds, new Label("source", name));
        }

        writer.Family("huatuo_scrape_duration_seconds", MetricKind.Gauge, "Time all sources took in this scrape.");
        writer.Sample(total.TotalSeconds);

        writer.Family(
            "huatuo_scrape_source_failures_total",
            MetricKind.Counter,
            "Scrapes in which a source failed, so that its metrics were left out.");
        foreach (var (name, runs) in _sources)
        {
            long failures = 0;
            foreach (var run in runs)
                failures += run.Failures;
            writer.Sample(failures, new Label("source", name));
        }

        writer.Family("huatuo_scrape_collector_success", MetricKind.Gauge, "1 when the source did not fail in this scrape, else 0.");
        foreach (var (name, runs) in _sources)
            writer.Sample(runs.Any(run => run.IsFailing) ? 0 : 1, new Label("collector", name));

        writer.Family("huatuo_scrape_skipped_lines_total", MetricKind.Counter, "Lines of kernel files that were skipped, since they were no such lines.");
        foreach (var (name, runs) in _sources)
        {
            long? skipped = null;
            foreach (var run in runs)
                if (run.Source.SkippedLines is { } lines)
                    skipped = (skipped ?? 0) + lines;
            if (skipped is { } count)
                writer.Sample(count, new Label("source", name));
        }

        _requests.Write(writer);
    }
}
