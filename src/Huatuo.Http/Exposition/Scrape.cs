using Huatuo.Flow.Metrics;
using Huatuo.Http.Upstream;

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
    private readonly DateTimeOffset _start;
    private readonly TimeSpan _patience;
    private readonly Action<string, Exception>? _failed;
    private readonly MetricPage?[] _spare = new MetricPage?[Enum.GetValues<ExpositionFormat>().Length];
    private readonly OtlpResource _resource;
    private readonly UpstreamNames? _upstream;
    private readonly Func<bool>? _showsUpstream;

    /// <summary>Prepares scrapes of the given sources, in that order.</summary>
    /// <param name="sources">What to write.</param>
    /// <param name="requests">The requests served, which the last source writes.</param>
    /// <param name="patience">How long a scrape waits for the one before it.</param>
    /// <param name="time">Measures how long sources take.</param>
    /// <param name="failed">Told when a source fails that did not fail in the scrape before.</param>
    /// <param name="resource">Where pushed metrics come from.</param>
    /// <param name="upstream">Adds upstream's names to pages for Prometheus; null for not.</param>
    /// <param name="showsUpstream">Whether it does, asked for each page; null for always.</param>
    public Scrape(
        IEnumerable<IMetricSource> sources,
        RequestCounts requests,
        TimeSpan patience,
        TimeProvider time,
        Action<string, Exception>? failed,
        OtlpResource? resource = null,
        UpstreamNames? upstream = null,
        Func<bool>? showsUpstream = null)
    {
        _upstream = upstream;
        _showsUpstream = showsUpstream;
        _resource = resource ?? new OtlpResource("", []);
        _runs = [.. sources.Select(source => new SourceRun(source))];
        _self = new SourceRun(new ScrapeSource(_runs, requests));
        _patience = patience;
        _time = time;
        _start = time.GetUtcNow();
        _failed = failed;
    }

    /// <summary>What is told of scrapes and requests; may be written beside a scrape.</summary>
    public IMetricSource Metrics => _self.Source;

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
        UpstreamNames? upstream = format == ExpositionFormat.Otlp || _showsUpstream?.Invoke() == false ? null : _upstream;
        MetricWriter writer = upstream is null ? page : new UpstreamTap(page, upstream);
        foreach (var run in _runs)
            Write(run, page, writer, upstream);
        Write(_self, page, writer, upstream);
        if (upstream is not null)
        {
            page.BeginSource();
            upstream.Write(page);
        }
        page.End();
        return page;
    }

    private MetricPage NewPage(ExpositionFormat format) => format switch
    {
        ExpositionFormat.Protobuf => new PrometheusProto(),
        ExpositionFormat.Otlp => new OtlpPage(_resource, _start, _time),
        _ => new PrometheusText(format),
    };

    private void Write(SourceRun run, MetricPage page, MetricWriter writer, UpstreamNames? upstream)
    {
        var start = _time.GetTimestamp();
        var mark = page.BeginSource();
        try
        {
            run.Source.Write(writer);
            upstream?.Keep();
            run.Succeeded();
        }
        catch (Exception error)
        {
            page.Rollback(mark);
            upstream?.Discard();
            if (run.Failed())
                _failed?.Invoke(run.Name, error);
        }

        run.Duration = _time.GetElapsedTime(start);
    }
}
