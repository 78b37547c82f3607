namespace Huatuo.Http.Api.Tasks;

/// <summary>One run of a tracer or a profiler for a while, with what it saw.</summary>
/// <param name="id">Its id.</param>
/// <param name="kind"><see cref="Tracer"/> or <see cref="Profiler"/>.</param>
/// <param name="name">The tracer's or profiler's name.</param>
/// <param name="duration">How long it runs.</param>
/// <param name="documents">What it saw.</param>
/// <param name="startedAt">When it was asked for.</param>
internal sealed class ApiTask(string id, string kind, string name, TimeSpan duration, TaskDocuments documents, DateTimeOffset startedAt)
{
    /// <summary>The kind of task that runs a tracer.</summary>
    public const string Tracer = "tracer";

    /// <summary>The kind of task that takes a profile.</summary>
    public const string Profiler = "profiler";

    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>What it runs.</summary>
    public string Kind => kind;

    /// <summary>The tracer's or profiler's name.</summary>
    public string Name => name;

    /// <summary>How long it runs.</summary>
    public TimeSpan Duration => duration;

    /// <summary>What it saw.</summary>
    public TaskDocuments Documents => documents;

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset StartedAt => startedAt;

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary><c>pending</c>, <c>running</c>, <c>completed</c>, <c>stopped</c> or <c>failed</c>.</summary>
    public string Status { get; private set; } = "pending";

    /// <summary>Why it failed; empty when it did not.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Whether it has not ended.</summary>
    public bool IsActive => EndedAt is null;

    /// <summary>Completes when it is to end early.</summary>
    public Task Stopped => _stop.Task;

    /// <summary>Ends it early.</summary>
    public void Stop() => _stop.TrySetResult();

    /// <summary>It has begun.</summary>
    public void Begin() => Status = "running";

    /// <summary>It has ended.</summary>
    /// <param name="status">How.</param>
    /// <param name="error">Why it failed; empty when it did not.</param>
    /// <param name="at">When.</param>
    public void End(string status, string error, DateTimeOffset at)
    {
        Error = error;
        EndedAt = at;
        Status = status;
    }

    /// <summary>Runs it to its end; never throws.</summary>
    /// <param name="work">What it does.</param>
    /// <param name="time">Time.</param>
    public async Task RunAsync(ITaskWork work, TimeProvider time)
    {
        string? error;
        try
        {
            error = await work.RunAsync(this).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            error = fault.Message;
        }
        End(error is not null ? "failed" : Stopped.IsCompleted ? "stopped" : "completed", error ?? "", time.GetUtcNow());
    }
}
