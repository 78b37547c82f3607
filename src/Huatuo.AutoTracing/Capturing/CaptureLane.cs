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
            // Who did not wait for its turn leaves it to those before.
            _ = before.ContinueWith(_ => done.SetResult(), TaskScheduler.Default);
        }
    }
}
