using Huatuo.Flow.Tracing;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Runs a tracer, beside the agent's own.</summary>
/// <param name="sources">Starts it.</param>
/// <param name="definition">The tracer.</param>
/// <param name="options">Its options.</param>
/// <param name="time">Time.</param>
internal sealed class TracerWork(ApiSources sources, EventTracerDefinition definition, EventTracerOptions options, TimeProvider time) : ITaskWork
{
    /// <inheritdoc/>
    public string Kind => ApiTask.Tracer;

    /// <inheritdoc/>
    public string Name => definition.Name;

    /// <inheritdoc/>
    public int Bound => TaskBoard.LargestResult;

    /// <inheritdoc/>
    public async Task<string?> RunAsync(ApiTask task)
    {
        TracerRunner runner = await sources.StartTask(definition, options, task.Documents).ConfigureAwait(false);
        await using (runner.ConfigureAwait(false))
        {
            await Task.WhenAny(runner.Settled, task.Stopped).ConfigureAwait(false);
            if (runner.State == TracerState.Running)
                task.Begin();
            if (runner.State == TracerState.Running || !runner.Settled.IsCompleted)
            {
                await task.Stopped.WaitAsync(task.Duration, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (task.Stopped.IsCompleted)
                    return null;
            }
            return runner.State == TracerState.Running ? null : TracerDocument.Reason(runner) ?? runner.State.Word();
        }
    }
}
