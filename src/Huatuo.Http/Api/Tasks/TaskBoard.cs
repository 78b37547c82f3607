using System.Collections.Concurrent;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Api.Tasks;

/// <summary>The tasks: some at a time, with the results of the last ones.</summary>
/// <param name="folder">Keeps them over a restart of the agent.</param>
/// <param name="time">Time.</param>
internal sealed class TaskBoard(TaskFolder folder, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How many run at a time.</summary>
    public const int MostActive = 4;

    /// <summary>How many of them take profiles.</summary>
    public const int MostProfiles = 2;

    /// <summary>How many are kept after their end.</summary>
    public const int MostEnded = 8;

    /// <summary>What is kept of each that runs a tracer, in bytes.</summary>
    public const int LargestResult = 1 << 20;

    /// <summary>What is kept of each profile, in bytes.</summary>
    public const int LargestProfile = 4 << 20;

    /// <summary>How long a result is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private static readonly Refusal TooMany = new(
        429, "too_many_tasks", "as many tasks run as are allowed", "wait until one has ended, or stop one");

    private readonly Lock _lock = new();
    private readonly List<ApiTask> _tasks = [];
    private readonly ConcurrentDictionary<Task, bool> _runs = [];
    private bool _isLoaded, _isClosed;

    /// <summary>All that are kept, the oldest first.</summary>
    public IReadOnlyList<ApiTask> All
    {
        get
        {
            lock (_lock)
            {
                Load();
                Forget();
                return [.. _tasks];
            }
        }
    }

    /// <summary>Completes when those that run now have ended and are kept.</summary>
    internal Task Rest => Task.WhenAll(_runs.Keys);

    /// <summary>Finds one.</summary>
    /// <exception cref="RefusedException">It is not there.</exception>
    public ApiTask Find(string id) => All.FirstOrDefault(task => task.Id == id)
        ?? throw new RefusedException(Refusal.NoSuch("there is no task of this id", "results are kept for 10 minutes"));

    /// <summary>Starts one; one that has the id already is given instead.</summary>
    /// <param name="id">Its id; null for a new one.</param>
    /// <param name="work">What it does.</param>
    /// <param name="duration">How long.</param>
    /// <param name="isNew">Whether it was not there.</param>
    /// <exception cref="RefusedException">Too many run.</exception>
    public ApiTask Start(string? id, ITaskWork work, TimeSpan duration, out bool isNew)
    {
        lock (_lock)
        {
            Load();
            Forget();
            isNew = false;
            if (id is not null && _tasks.Find(task => task.Id == id) is { } known)
                return known;
            if (_isClosed || _tasks.Count(task => task.IsActive) >= MostActive
                || (work.Kind == ApiTask.Profiler && _tasks.Count(task => task.IsActive && task.Kind == ApiTask.Profiler) >= MostProfiles))
                throw new RefusedException(TooMany);
            var task = new ApiTask(id ?? Guid.CreateVersion7(time.GetUtcNow()).ToString("D"), work.Kind, work.Name, duration, new TaskDocuments(work.Bound), time.GetUtcNow());
            _tasks.Add(task);
            folder.Save(task);
            isNew = true;
            Task run = Task.Run(async () =>
            {
                await task.RunAsync(work, time).ConfigureAwait(false);
                Ended(task);
            });
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
        foreach (ApiTask task in All)
            task.Stop();
        await Rest.ConfigureAwait(false);
    }

    private void Load()
    {
        if (_isLoaded)
            return;
        _isLoaded = true;
        _tasks.AddRange(folder.Load(time.GetUtcNow()));
    }

    private void Ended(ApiTask task)
    {
        lock (_lock)
        {
            if (_tasks.Contains(task))
                folder.Save(task);
        }
    }

    private void Forget()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (ApiTask task in _tasks.Where(task => task.EndedAt is { } ended && now - ended > Kept).ToArray())
            Forget(task);
        while (_tasks.Count(task => !task.IsActive) > MostEnded)
            Forget(_tasks.First(task => !task.IsActive));
    }

    private void Forget(ApiTask task)
    {
        _tasks.Remove(task);
        folder.Remove(task.Id);
    }
}
