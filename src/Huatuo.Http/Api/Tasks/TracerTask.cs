using Huatuo.Flow.Tracing;

namespace Huatuo.Http.Api.Tasks;

/// <summary>One run of a tracer for a while, beside the agent's own, with what it saw.</summary>
/// <param name="id">Its id.</param>
/// <param name="definition">The tracer.</param>
/// <param name="duration">How long it runs.</param>
/// <param name="documents">What it saw.</param>
/// <param name="startedAt">When it was asked for.</param>
internal sealed class TracerTask(string id, EventTracerDefinition definition, TimeSpan duration, TaskDocuments documents, DateTimeOffset startedAt)
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>The tracer's name.</summary>
    public string Tracer => definition.Name;

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

    /// <summary>Ends it early.</summary>
    public void Stop() => _stop.TrySetResult();

    /// <summary>Runs it to its end; never throws.</summary>
    /// <param name="start">Starts its tracer.</param>
    /// <param name="time">Time.</param>
    public async Task RunAsync(Func<Task<TracerRunner>> start, TimeProvider time)
    {
        string status = "failed";
        try
        {
            TracerRunner runner = await start().ConfigureAwait(false);
            await using (runner.ConfigureAwait(false))
            {
                await Task.WhenAny(runner.Settled, _stop.Task).ConfigureAwait(false);
                if (runner.State == TracerState.Running)
                    Status = "running";
                bool isStopped = (runner.State == TracerState.Running || !runner.Settled.IsCompleted) && await IsStoppedAsync(time).ConfigureAwait(false);
                if (isStopped || runner.State == TracerState.Running)
                    status = isStopped ? "stopped" : "completed";
                else
                    Error = TracerDocument.Reason(runner) ?? runner.State.Word();
            }
        }
        catch (Exception fault)
        {
            Error = fault.Message;
        }
        EndedAt = time.GetUtcNow();
        Status = status;
    }

    private async Task<bool> IsStoppedAsync(TimeProvider time)
    {
        try
        {
            await _stop.Task.WaitAsync(duration, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
