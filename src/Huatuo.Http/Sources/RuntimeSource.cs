using System.Runtime.ExceptionServices;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Sources;

/// <summary><c>dotnet_*</c>: what the .NET runtime costs, from its own counters.</summary>
/// <remarks>Exceptions are counted from construction until it is disposed.</remarks>
public sealed class RuntimeSource : IMetricSource, IDisposable
{
    private static readonly string[] Generations = ["0", "1", "2"];

    private long _exceptions;

    /// <summary>Starts to count exceptions.</summary>
    public RuntimeSource() => AppDomain.CurrentDomain.FirstChanceException += CountException;

    /// <inheritdoc/>
    public string Name => "runtime";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family(
            "dotnet_gc_collections_total",
            MetricKind.Counter,
            "Garbage collections that included this generation; one of generation 2 counts in all three.");
        for (var generation = 0; generation < Generations.Length; generation++)
            writer.Sample(GC.CollectionCount(generation), new Label("generation", Generations[generation]));

        writer.Family("dotnet_gc_heap_bytes", MetricKind.Gauge, "Managed heap in use, garbage included.");
        writer.Sample(GC.GetTotalMemory(forceFullCollection: false));

        writer.Family("dotnet_gc_allocated_bytes_total", MetricKind.Counter, "Bytes allocated on the managed heap.");
        writer.Sample(GC.GetTotalAllocatedBytes());

        writer.Family("dotnet_gc_pause_seconds_total", MetricKind.Counter, "Time all managed threads stood still for the garbage collector.");
        writer.Sample(GC.GetTotalPauseDuration().TotalSeconds);

        writer.Family("dotnet_threadpool_threads", MetricKind.Gauge, "Threads in the thread pool.");
        writer.Sample(ThreadPool.ThreadCount);

        writer.Family("dotnet_exceptions_total", MetricKind.Counter, "Exceptions thrown, caught or not.");
        writer.Sample(Volatile.Read(ref _exceptions));
    }

    /// <inheritdoc/>
    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= CountException;

    private void CountException(object? sender, FirstChanceExceptionEventArgs thrown) => Interlocked.Increment(ref _exceptions);
}
