using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Exposition;
using Huatuo.Tracers;

namespace Huatuo.Bench.Scrapes;

/// <summary>What it takes to render a page of many series, and to ask each collector.</summary>
internal static class ScrapeBench
{
    private const int Series = 5000;

    internal static async Task RunAsync(BenchRun run)
    {
        var report = new Report(run, "scrape", "Scrapes");
        report.Text($"A page of {Series} series of three labels in families of 100, rendered {run.Choose(500, 20)} times after a warm-up; target: at most 5 ms, and no allocation that grows with the series.");
        List<string[]> pages = [];
        foreach (ExpositionFormat format in (ExpositionFormat[])[ExpositionFormat.Text, ExpositionFormat.OpenMetrics, ExpositionFormat.Protobuf])
        {
            Cell cell = await RenderAsync(run, format, Series), twice = await RenderAsync(run, format, 2 * Series);
            pages.Add([format.ToString(), Format.Number(cell.Times.Median), Format.Number(cell.Times.Percentile(99)), Format.Number(cell.Bytes), Format.Number(twice.Bytes), Format.Number(cell.Length / 1e3)]);
        }
        report.Table("Rendering", ["format", "ms, median", "ms, 99 %", "bytes allocated", "bytes allocated for twice as many", "page, kB"], pages);
        report.Text($"Each collector with its default options (those that are off by default switched on) on this machine, {run.Choose(300, 10)} times after a warm-up, written into a text page.");
        report.Table("Collectors", ["collector", "series", "ms, median", "ms, 99 %", "bytes allocated"], Collectors().Select(collector => Row(run, collector)));
        report.Save();
    }

    private static IEnumerable<MetricTracerDefinition> Collectors() =>
        TracerCatalog.All.OfType<MetricTracerDefinition>().Where(tracer => tracer.Ladder.All(rung => rung.Hooks.Count == 0));

    private static async Task<Cell> RenderAsync(BenchRun run, ExpositionFormat format, int series)
    {
        BenchRun.Say($"scrape: {series} series as {format}");
        using var scrape = new Scrape([new ManySeries(series)], new RequestCounts(), TimeSpan.FromSeconds(10), TimeProvider.System, null);
        var cell = new Cell();
        for (int i = -20; i < run.Choose(500, 20); i++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            MetricPage page = await scrape.RenderAsync(format, run.Stop) ?? throw new BenchException("the scrape before did not end");
            if (i >= 0)
                cell.Add(Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - allocated, page.Written.Length);
            scrape.Return(page);
        }
        return cell;
    }

    private static string[] Row(BenchRun run, MetricTracerDefinition tracer)
    {
        BenchRun.Say($"scrape: {tracer.Name}");
        var services = new TracerServices(null!, null!, null!, null!, "events");
        var metrics = (IMetricTracer)tracer.Create((TracerOptions)tracer.Options.Bind(null, new Diagnostics()), services);
        var page = new PrometheusText(ExpositionFormat.Text);
        var cell = new Cell();
        using (metrics as IDisposable)
            for (int i = -10; i < run.Choose(300, 10) && !run.Stop.IsCancellationRequested; i++)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                long started = Stopwatch.GetTimestamp();
                page.Begin();
                page.BeginSource();
                metrics.Write(page);
                page.End();
                if (i >= 0)
                    cell.Add(Stopwatch.GetElapsedTime(started), GC.GetAllocatedBytesForCurrentThread() - allocated, page.Written.Length);
            }
        run.Stop.ThrowIfCancellationRequested();
        return [tracer.Name, SamplesOf(page).ToString(), Format.Number(cell.Times.Median), Format.Number(cell.Times.Percentile(99)), Format.Number(cell.Bytes)];
    }

    private static int SamplesOf(PrometheusText page)
    {
        int samples = 0;
        foreach (Range line in page.Written.Span.Split((byte)'\n'))
            samples += page.Written.Span[line] is [not (byte)'#', ..] ? 1 : 0;
        return samples;
    }

    private sealed class Cell
    {
        private readonly Samples _bytes = new();

        internal Samples Times { get; } = new();

        internal double Bytes => _bytes.Median;

        internal int Length { get; private set; }

        internal void Add(TimeSpan time, long bytes, int length)
        {
            Times.Add(time.TotalMilliseconds);
            _bytes.Add(bytes);
            Length = length;
        }
    }
}
