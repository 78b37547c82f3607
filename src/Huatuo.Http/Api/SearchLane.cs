using Huatuo.Http.Routing;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api;

/// <summary>Lets few searches run at a time, each on a thread of its own, so that none of them holds up anything else.</summary>
/// <param name="path">The event store; null when it is switched off.</param>
/// <param name="time">Time.</param>
/// <param name="off">What is answered when it is switched off.</param>
internal sealed class SearchLane(string? path, TimeProvider time, Refusal? off = null) : IDisposable
{
    private const int Most = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The event store is not written.</summary>
    public static readonly Refusal SwitchedOff = Refusal.Unavailable("the event store is switched off", "set store.sqlite.enabled");

    private static readonly Refusal Busy = Refusal.Unavailable("other searches are under way", "try again");

    private readonly SemaphoreSlim _room = new(Most, Most);

    /// <summary>Runs a search when there is room.</summary>
    /// <exception cref="RefusedException">There is none for too long, or there is nothing to search.</exception>
    public async Task<T> RunAsync<T>(Func<EventReader, T> search, CancellationToken cancel)
    {
        if (path is null)
            throw new RefusedException(off ?? SwitchedOff);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            await _room.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RefusedException(Busy);
        }
        try
        {
            return await Task.Factory.StartNew(() => Run(path, search), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _room.Dispose();

    private static T Run<T>(string path, Func<EventReader, T> search)
    {
        try
        {
            using EventReader reader = EventReader.Open(path);
            return search(reader);
        }
        catch (EventReadException fault)
        {
            throw new RefusedException(Refusal.Unavailable(fault.Message));
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(Refusal.BadRequest(wrong.Message));
        }
    }
}
