using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Starts and stops tasks for requests, and tells of it in the audit log.</summary>
/// <param name="board">The tasks.</param>
/// <param name="sources">The tracers.</param>
/// <param name="names">What they may be called.</param>
internal sealed class TaskRequests(TaskBoard board, ApiSources sources, TracerNames names)
{
    /// <summary>The longest task.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Starts one.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="id">Its id; null for a new one.</param>
    /// <param name="tracer">The tracer's name or an alias.</param>
    /// <param name="duration">How long.</param>
    /// <param name="options">The tracer's options as a JSON object, or nothing.</param>
    /// <exception cref="RefusedException">Something is not right, or too many run.</exception>
    public TracerTask Start(Request request, string? id, string? tracer, TimeSpan duration, JsonElement options)
    {
        if (duration <= TimeSpan.Zero || duration > Longest)
            throw new RefusedException(Refusal.BadRequest("a task runs for more than 0 s and at most 1 h"));
        if (tracer is null || !names.TryFind(tracer, out string? name) || Definition(name) is not { } definition)
            throw new RefusedException(Refusal.BadRequest("there is no tracer of events of this name", "GET /api/v1/tracers lists them"));
        TracerTask task = board.Start(id, definition, TaskOptions.Read(definition, options), duration, out bool isNew);
        if (isNew)
            sources.Audit($"{request.Caller.Name} started the task {task.Id} of the tracer {name} for {duration.TotalSeconds:0.###} s");
        return task;
    }

    /// <summary>Stops the one that a request names, if it runs.</summary>
    /// <exception cref="RefusedException">It is not there.</exception>
    public TracerTask Stop(Request request)
    {
        TracerTask task = board.Find(request.Name);
        if (task.IsActive)
            sources.Audit($"{request.Caller.Name} stopped the task {task.Id}");
        task.Stop();
        return task;
    }

    private EventTracerDefinition? Definition(string name) =>
        sources.Runners.Select(runner => runner.Definition).OfType<EventTracerDefinition>().FirstOrDefault(definition => definition.Name == name);
}
