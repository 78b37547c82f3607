using Huatuo.Bpf;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.Http.Sources;

/// <summary>
/// <c>huatuo_bpf_*</c>: what the programs and maps cost. Measuring run time costs every run itself, so it is sampled: a
/// second of each minute, and the sums of those seconds are what is shown. The memory of maps hardly changes and the kernel
/// tells it in files, one for each map: it is read once a minute.
/// </summary>
public sealed class BpfSource : IMetricSource, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SampleLength = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<TracerRunner> _runners;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Tracer, string Program), ProgramTotals> _programs = [];
    private readonly Dictionary<TracerRunner, MapReading> _maps = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sampling;

    /// <param name="runners">Whose programs.</param>
    /// <param name="time">For the samples.</param>
    public BpfSource(IReadOnlyList<TracerRunner> runners, TimeProvider time)
    {
        _runners = runners;
        _time = time;
        _sampling = SampleAsync();
    }

    /// <inheritdoc/>
    public string Name => "bpf";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        lock (_lock)
        {
            Update();
            Family(writer, "huatuo_bpf_sampled_run_seconds_total", "Time in the program during the samples, a second of each minute.", totals => totals.RunTimeNanoseconds.Sum / 1e9);
            Family(writer, "huatuo_bpf_sampled_runs_total", "Runs of the program during the samples.", totals => totals.RunCount.Sum);
            Family(writer, "huatuo_bpf_recursion_misses_total", "Hits that the kernel skipped, since the program ran on that CPU already.", totals => totals.RecursionMisses.Sum);
        }
        writer.Family("huatuo_bpf_map_bytes", MetricKind.Gauge, "Memory of the map in the kernel, once a minute.");
        lock (_lock)
            foreach (TracerRunner runner in _runners)
                runner.Inspect(loaded =>
                {
                    foreach ((string name, long bytes) in MapsOf(runner, loaded))
                        writer.Sample(bytes, new Label("tracer", runner.Definition.Name), new Label("map", name));
                });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Family(MetricWriter writer, string name, string help, Func<ProgramTotals, double> value)
    {
        writer.Family(name, MetricKind.Counter, help);
        foreach (((string tracer, string program), ProgramTotals totals) in _programs)
            writer.Sample(value(totals), new Label("tracer", tracer), new Label("program", program));
    }

    private (string Name, long Bytes)[] MapsOf(TracerRunner runner, BpfObject loaded)
    {
        if (!_maps.TryGetValue(runner, out MapReading reading) || reading.Run != runner.Runs || _time.GetElapsedTime(reading.At) >= Interval)
            _maps[runner] = reading = new MapReading(runner.Runs, _time.GetTimestamp(), [.. loaded.LoadedMaps().Select(map => (map.Name, MapMemory.Bytes(map.Fd)))]);
        return reading.Maps;
    }

    private void Update()
    {
        foreach (TracerRunner runner in _runners)
            runner.Inspect(loaded =>
            {
                foreach (BpfProgram program in loaded.LoadedPrograms())
                {
                    if (program.Statistics() is not { } statistics)
                        continue;
                    var key = (runner.Definition.Name, program.Name);
                    if (!_programs.TryGetValue(key, out ProgramTotals? totals))
                        _programs[key] = totals = new ProgramTotals();
                    totals.Take(runner.Runs, statistics);
                }
            });
    }

    private async Task SampleAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _time, _stop.Token).ConfigureAwait(false);
                using (BpfStatistics? measuring = BpfStatistics.TryEnable())
                {
                    if (measuring is null)
                        return;
                    await Task.Delay(SampleLength, _time, _stop.Token).ConfigureAwait(false);
                }
                lock (_lock)
                    Update();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The maps of one run of a tracer.</summary>
    private readonly record struct MapReading(long Run, long At, (string Name, long Bytes)[] Maps);
}
