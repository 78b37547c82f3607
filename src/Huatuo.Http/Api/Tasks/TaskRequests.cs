using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Routing;
using Huatuo.Profiling.Catalog;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Starts and stops tasks for requests, and tells of it in the audit log.</summary>
/// <param name="board">The tasks.</param>
/// <param name="sources">The tracers.</param>
/// <param name="names">What they may be called.</param>
/// <param name="profiles">Reads those for profiles.</param>
/// <param name="time">Time.</param>
internal sealed class TaskRequests(TaskBoard board, ApiSources sources, TracerNames names, ProfileRequests profiles, TimeProvider time)
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
    public ApiTask Start(Request request, string? id, string? tracer, TimeSpan duration, JsonElement options)
    {
        Check(duration);
        if (tracer is null || !names.TryFind(tracer, out string? name) || Definition(name) is not { } definition)
            throw new RefusedException(Refusal.BadRequest("there is no tracer of events of this name", "GET /api/v1/tracers lists them"));
        return Start(request, id, new TracerWork(sources, definition, TaskOptions.Read(definition, options), time), duration, "");
    }

    /// <summary>Starts one that takes a profile.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="id">Its id; null for a new one.</param>
    /// <param name="profiler">The profiler's name or an alias.</param>
    /// <param name="duration">How long.</param>
    /// <param name="target">What is profiled, as a JSON object, or nothing.</param>
    /// <param name="options">The profiler's options, alike.</param>
    /// <param name="splitsProcesses">Whether processes of one name are told apart.</param>
    /// <exception cref="RefusedException">Something is not right, or too many run.</exception>
    public ApiTask Start(Request request, string? id, string profiler, TimeSpan duration, JsonElement target, JsonElement options, bool splitsProcesses)
    {
        Check(duration);
        if (ProfilerCatalog.Find(profiler) is not { } definition)
            throw new RefusedException(Refusal.BadRequest("there is no profiler of this name", $"there are {string.Join(", ", ProfilerCatalog.All.Select(known => known.Name))}"));
        string whose = target.ValueKind == JsonValueKind.Object ? " on " + target.GetRawText() : "";
        return Start(request, id, profiles.Read(definition, target, options, splitsProcesses), duration, whose);
    }

    /// <summary>Stops the one that a request names, if it runs.</summary>
    /// <exception cref="RefusedException">It is not there.</exception>
    public ApiTask Stop(Request request)
    {
        ApiTask task = board.Find(request.Name);
        if (task.IsActive)
            sources.Audit($"{request.Caller.Name} stopped the task {task.Id}");
        task.Stop();
        return task;
    }

    private static void Check(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero || duration > Longest)
            throw new RefusedException(Refusal.BadRequest("a task runs for more than 0 s and at most 1 h"));
    }

    private ApiTask Start(Request request, string? id, ITaskWork work, TimeSpan duration, string whose)
    {
        ApiTask task = board.Start(id, work, duration, out bool isNew);
        if (isNew)
            sources.Audit($"{request.Caller.Name} started the task {task.Id} of the {work.Kind} {work.Name} for {duration.TotalSeconds:0.###} s{whose}");
        return task;
    }

    private EventTracerDefinition? Definition(string name) =>
        sources.Runners.Select(runner => runner.Definition).OfType<EventTracerDefinition>().FirstOrDefault(definition => definition.Name == name);
}
