using System.Text.Json;
using Huatuo.Flow.Containers;
using Huatuo.Http.Routing;
using Huatuo.Profiling;
using Huatuo.Profiling.Capturing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Profiles that requests ask for.</summary>
/// <param name="sources">The containers, and who runs profilers.</param>
/// <param name="time">Time.</param>
internal sealed class ProfileRequests(ApiSources sources, TimeProvider time)
{
    private static readonly Refusal None = Refusal.Unavailable("no profiler can run here", "ask the agent of a machine");

    /// <summary>Makes of a request what a task does.</summary>
    /// <param name="profiler">It.</param>
    /// <param name="target">What is profiled, as a JSON object, or nothing.</param>
    /// <param name="options">The profiler's options, alike.</param>
    /// <param name="splitsProcesses">Whether processes of one name are told apart.</param>
    /// <exception cref="RefusedException">Something is not right.</exception>
    public ITaskWork Read(ProfilerDefinition profiler, JsonElement target, JsonElement options, bool splitsProcesses)
    {
        IProfileHost host = sources.Profiles ?? throw new RefusedException(None);
        object read = TaskOptions.Read(profiler.Options, options);
        try
        {
            (ProfileTarget found, Container? container) = TaskTarget.Read(target).Find(() => sources.Containers.Live, TaskTarget.Field + ".");
            return new ProfileWork(host, new ProfileOrder(profiler, read, found, splitsProcesses), container, time);
        }
        catch (TargetException wrong)
        {
            throw new RefusedException(Refusal.BadRequest(wrong.Message));
        }
    }

    /// <summary>The profile that a task took.</summary>
    /// <exception cref="RefusedException">It is no such task, or has no profile yet.</exception>
    public static Profile Of(ApiTask task)
    {
        if (task.Kind != ApiTask.Profiler)
            throw new RefusedException(Refusal.NoSuch("the task runs no profiler", "GET /api/v1/tasks/{id}/events gives what it has seen"));
        var sum = new StoredProfile([new LabelCondition(ProfileLabels.Task, task.Id)]);
        foreach (ReadOnlyMemory<byte> line in Lines(task.Documents.ToLines()))
            sum.Add(line.Span);
        return sum.Sum ?? throw new RefusedException(task.IsActive
            ? Refusal.NoSuch("the task has not ended", "its profile is there when it has; DELETE ends it early")
            : Refusal.NoSuch("the task has no samples", "GET /api/v1/tasks/{id} tells how it ended"));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> text)
    {
        for (int end; (end = text.Span.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
            yield return text[..end];
    }
}
