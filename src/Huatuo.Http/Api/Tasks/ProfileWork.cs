using Huatuo.Flow.Containers;
using Huatuo.Profiling;
using Huatuo.Profiling.Capturing;
using Huatuo.Profiling.Catalog;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Takes a profile.</summary>
/// <param name="host">Runs the profiler.</param>
/// <param name="order">What is wanted.</param>
/// <param name="container">Whose profile it is, when it is that of a container.</param>
/// <param name="time">Time.</param>
internal sealed class ProfileWork(IProfileHost host, ProfileOrder order, Container? container, TimeProvider time) : ITaskWork
{
    /// <inheritdoc/>
    public string Kind => ApiTask.Profiler;

    /// <inheritdoc/>
    public string Name => order.Profiler.Name;

    /// <inheritdoc/>
    public int Bound => TaskBoard.LargestProfile;

    /// <inheritdoc/>
    public async Task<string?> RunAsync(ApiTask task)
    {
        using IProfiler profiler = await host.StartAsync(order).ConfigureAwait(false);
        task.Begin();
        using var stop = new CancellationTokenSource();
        _ = task.Stopped.ContinueWith(_ => Cancel(stop), TaskScheduler.Default);
        await ProfileCapture.TakeAsync(profiler, order.Target, task.Duration, time, stop.Token).ConfigureAwait(false);
        host.Keep(profiler.Profile, Name, task.Id, container, task.Documents);
        return null;
    }

    private static void Cancel(CancellationTokenSource stop)
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It had ended by itself.
        }
    }
}
