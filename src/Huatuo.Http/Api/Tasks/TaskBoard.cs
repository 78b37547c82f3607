using System.Collections.Concurrent;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Api.Tasks;

/// <summary>The tasks: some at a time, with the results of the last ones.</summary>
/// <param name="sources">Starts tracers.</param>
/// <param name="time">Time.</param>
internal sealed class TaskBoard(ApiSources sources, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How many run at a time.</summary>
    public const int MostActive = 4;

    /// <summary>How many are kept after their end.</summary>
    public const int MostEnded = 8;

    /// <summary>What is kept of each, in bytes.</summary>
    public const int LargestResult = 1 << 20;

    /// <summary>How long a result is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private static readonly Refusal TooMany = new(
        429, "too_many_tasks", "as many tasks run as are allowed", "wait until one has ended, or stop one");

    private readonly Lock _lock = new();
    private readonly List<TracerTask> _tasks = [];
    private readonly ConcurrentDictionary<Task, bool> _runs = [];
    private bool _isClosed;

    /// <summary>All that are kept, the oldest first.</summary>
    public IReadOnlyList<TracerTask> All
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return [.. _tasks];
            }
        }
    }

    /// <summary>Finds one.</summary>
    /// <exception cref="RefusedException">It is not there.</exception>
    public TracerTask Find(string id) => All.FirstOrDefault(task => task.Id == id)
        ?? throw new RefusedException(Refusal.NoSuch("there is no task of this id", "results are kept for 10 minutes"));

    /// <summary>Starts one; one that has the id already is given instead.</summary>
    /// <param name="id">Its id; null for a new one.</param>
    /// <param name="definition">The tracer.</param>
    /// <param name="options">The tracer's options.</param>
    /// <param name="duration">How long.</param>
    /// <param name="isNew">Whether it was not there.</param>
    /// <exception cref="RefusedException">Too many run.</exception>
    public TracerTask Start(string? id, EventTracerDefinition definition, EventTracerOptions options, TimeSpan duration, out bool isNew)
    {
        lock (_lock)
        {
            Forget();
            isNew = false;
            if (id is not null && _tasks.Find(task => task.Id == id) is { } known)
                return known;
            if (_isClosed || _tasks.Count(task => task.IsActive) >= MostActive)
                throw new RefusedException(TooMany);
            var documents = new TaskDocuments(LargestResult);
            var task = new TracerTask(id ?? Guid.CreateVersion7(time.GetUtcNow()).ToString("D"), definition, duration, documents, time.GetUtcNow());
            _tasks.Add(task);
            isNew = true;
            Task run = Task.Run(() => task.RunAsync(() => sources.StartTask(definition, options, documents), time));
            _runs[run] = true;
            _ = run.ContinueWith(ended => _runs.TryRemove(ended, out bool _), TaskScheduler.Default);
            return task;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _isClosed = true;
        foreach (TracerTask task in All)
            task.Stop();
        await Task.WhenAll(_runs.Keys).ConfigureAwait(false);
    }

    private void Forget()
    {
        DateTimeOffset now = time.GetUtcNow();
        _tasks.RemoveAll(task => task.EndedAt is { } ended && now - ended > Kept);
        while (_tasks.Count(task => !task.IsActive) > MostEnded)
            _tasks.Remove(_tasks.First(task => !task.IsActive));
    }
}
