using System.Runtime;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>Takes pictures one after the other, so that no two weigh on the machine at once.</summary>
internal sealed class CaptureLane
{
    private Task _last = Task.CompletedTask;

    /// <summary>Takes a picture when its turn comes.</summary>
    /// <param name="take">Takes it; with a token that is cancelled, what can be had without waiting.</param>
    /// <param name="stop">Ends the waiting.</param>
    internal async Task<T> TakeAsync<T>(Func<CancellationToken, Task<T>> take, CancellationToken stop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before = Interlocked.Exchange(ref _last, done.Task);
        try
        {
            await before.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        try
        {
            return await take(stop).ConfigureAwait(false);
        }
        finally
        {
            // A picture leaves tens of megabytes that are old by its end: nothing else would collect them for hours.
            if (Volatile.Read(ref _last) == done.Task && !stop.IsCancellationRequested)
                GiveBack();
            // Who did not wait for its turn leaves it to those before.
            _ = before.ContinueWith(_ => done.SetResult(), TaskScheduler.Default);
        }
    }

    private static void GiveBack()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
