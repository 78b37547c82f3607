using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>Renders pages from all sources, one page at a time.</summary>
/// <remarks>
/// A source that throws loses what it wrote to this page, is counted, and leaves the others alone. A second scrape
/// waits for the first, up to a bound. Sending happens outside, so a slow client holds up nobody.
/// </remarks>
internal sealed class Scrape : IDisposable
{
    /// <summary>A page that grew beyond this is not kept for the next scrape.</summary>
    private const int MaxKept = 4 << 20;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly SourceRun[] _runs;
    private readonly SourceRun _self;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly Action<string, Exception>? _failed;
    private readonly MetricPage?[] _spare = new MetricPage?[Enum.GetValues<ExpositionFormat>().Length];
    private readonly OtlpResource _resource;

    /// <summary>Prepares scrapes of the given sources, in that order.</summary>
    /// <param name="sources">What to write.</param>
    /// <param name="requests">The requests served, which the last source writes.</param>
    /// <param name="patience">How long a scrape waits for the one before it.</param>
    /// <param name="time">Measures how long sources take.</param>
    /// <param name="failed">Told when a source fails that did not fail in the scrape before.</param>
    /// <param name="resource">Where pushed metrics come from.</param>
    public Scrape(
        IEnumerable<IMetricSource> sources,
        RequestCounts requests,
        TimeSpan patience,
        TimeProvider time,
        Action<string, Exception>? failed,
        OtlpResource? resource = null)
    {
        _resource = resource ?? new OtlpResource("", []);
        _runs = [.. sources.Select(source => new SourceRun(source))];
        _self = new SourceRun(new ScrapeSource(_runs, requests));
        _patience = patience;
        _time = time;
        _failed = failed;
    }

    /// <summary>Renders one page, which goes back through <see cref="Return"/>.</summary>
    /// <returns>The page, or null when the scrape before did not end in time.</returns>
    public async ValueTask<MetricPage?> RenderAsync(ExpositionFormat format, CancellationToken cancel)
    {
        if (!await _one.WaitAsync(_patience, cancel).ConfigureAwait(false))
            return null;
        try
        {
            return Render(format);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes a page back once it is sent.</summary>
    public void Return(MetricPage page)
    {
        if (page.Capacity <= MaxKept)
            Volatile.Write(ref _spare[(int)page.Format], page);
    }

    /// <summary>Only when no scrape runs any more.</summary>
    public void Dispose() => _one.Dispose();

    private MetricPage Render(ExpositionFormat format)
    {
        var page = Interlocked.Exchange(ref _spare[(int)format], null) ?? NewPage(format);
        page.Begin();
        foreach (var run in _runs)
            Write(run, page);
        Write(_self, page);
        page.End();
        return page;
    }

    private MetricPage NewPage(ExpositionFormat format) => format switch
    {
        ExpositionFormat.Protobuf => new PrometheusProto(),
        ExpositionFormat.Otlp => new OtlpPage(_resource, _time),
        _ => new PrometheusText(format),
    };

    private void Write(SourceRun run, MetricPage page)
    {
        var start = _time.GetTimestamp();
        var mark = page.BeginSource();
        try
        {
            run.Source.Write(page);
            run.Succeeded();
        }
        catch (Exception error)
        {
            page.Rollback(mark);
            if (run.Failed())
                _failed?.Invoke(run.Name, error);
        }

        run.Duration = _time.GetElapsedTime(start);
    }
}
