using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api;

/// <summary><c>/api/v1/tracers</c>: what the tracers do, and starting and stopping them.</summary>
/// <param name="sources">The tracers.</param>
/// <param name="names">What they may be called.</param>
/// <param name="changes">Changes their options.</param>
/// <param name="time">Bounds how long a start is awaited.</param>
internal sealed class TracersResource(ApiSources sources, TracerNames names, OptionChanges changes, TimeProvider time) : IResource
{
    private const string ListSchema = """{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":""" + TracerDocument.Schema + "}}}";

    private const string OptionsSchema = """
        {"type":"object","required":["options"],"properties":{"options":{"type":"object",
          "description":"Values by key, as in the tracer's section of the configuration; null for what the configuration says. The others stay as they are."}}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What the name in the paths means.</summary>
    internal static readonly Dictionary<string, string> PathNames = new() { ["name"] = "The tracer's name or an alias." };

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/tracers", Scope.Read, "All tracers with state and ledger.", ListAsync)
        {
            Outcomes = [new Outcome(200, "The tracers.", "application/json", ListSchema)],
        },
        new Route("GET", "/api/v1/tracers/{name}", Scope.Read, "One tracer.", request => TellAsync(request))
        {
            PathNames = PathNames,
            Outcomes = [new Outcome(200, "The tracer.", "application/json", TracerDocument.Schema)],
            Refusals = [404],
        },
        Change("start", "Start a tracer that does not run, also one that the configuration switches off.", StartAsync),
        Change("stop", "Stop a tracer, until it is started again or the agent is.", StopAsync),
        Change("restart", "Stop a tracer if it runs, and start it.", RestartAsync),
        new Route("PATCH", "/api/v1/tracers/{name}/options", Scope.Control, "Change options of a tracer, which is started again with them, now and at the next start of the agent.", ChangeOptionsAsync)
        {
            PathNames = PathNames,
            LargestBody = JsonBody.Largest,
            Body = OptionsSchema,
            Outcomes = [new Outcome(200, "The tracer afterwards.", "application/json", TracerDocument.Schema)],
            Refusals = [404, .. OptionChanges.Refusals],
        },
    ];

    /// <summary>Starts the tracer that a request names, and waits until it runs.</summary>
    /// <exception cref="RefusedException">There is none of the name, or it cannot.</exception>
    public Task StartAsync(Request request) => StartAsync(request, Find(request));

    /// <summary>Stops the tracer that a request names.</summary>
    /// <exception cref="RefusedException">There is none of the name, or it does not run.</exception>
    public async Task StopAsync(Request request)
    {
        TracerRunner runner = Find(request);
        if (!await runner.StopAsync().ConfigureAwait(false))
            throw IsNot(runner, "stopped");
        sources.Audit($"{request.Caller.Name} stopped the tracer {runner.Definition.Name}");
    }

    private Route Change(string verb, string summary, Func<Request, Task> change) =>
        new("POST", $"/api/v1/tracers/{{name}}/{verb}", Scope.Control, summary, async request =>
        {
            await change(request).ConfigureAwait(false);
            await TellAsync(request).ConfigureAwait(false);
        })
        {
            PathNames = PathNames,
            Outcomes = [new Outcome(200, "The tracer afterwards.", "application/json", TracerDocument.Schema)],
            Refusals = [404, 409],
        };

    private Task ListAsync(Request request) => Answer.JsonAsync(request.Context, 200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (TracerRunner runner in sources.Runners)
            TracerDocument.Write(json, runner);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private async Task ChangeOptionsAsync(Request request)
    {
        TracerRunner runner = Find(request);
        JsonElement body = await JsonBody.ReadAsync(request, "options").ConfigureAwait(false);
        await changes.ApplyAsync(request, OptionChanges.Read(body, "options", key => key.Length == 0 ? null : $"{runner.Definition.Name}.{key}")).ConfigureAwait(false);
        await TellAsync(request).ConfigureAwait(false);
    }

    private async Task RestartAsync(Request request)
    {
        TracerRunner runner = Find(request);
        if (await runner.StopAsync().ConfigureAwait(false))
            sources.Audit($"{request.Caller.Name} stopped the tracer {runner.Definition.Name}, to start it again");
        await StartAsync(request, runner).ConfigureAwait(false);
    }

    private async Task StartAsync(Request request, TracerRunner runner)
    {
        if (!await sources.StartAgain(runner).ConfigureAwait(false))
            throw IsNot(runner, "started");
        sources.Audit($"{request.Caller.Name} started the tracer {runner.Definition.Name}");
        try
        {
            await runner.Settled.WaitAsync(Patience, time, request.Context.RequestAborted).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It is told as starting.
        }
        if (runner.State is not (TracerState.Running or TracerState.Starting))
            throw IsNot(runner, "running");
    }

    private static RefusedException IsNot(TracerRunner runner, string what) => new(Refusal.Conflict(
        $"{runner.Definition.Name} is {runner.State.Word()}, and was not {what}", TracerDocument.Reason(runner) ?? ""));

    private Task TellAsync(Request request)
    {
        TracerRunner runner = Find(request);
        return Answer.JsonAsync(request.Context, 200, json => TracerDocument.Write(json, runner));
    }

    private TracerRunner Find(Request request) => names.TryFind(request.Name, out string? name) && sources.Runners.FirstOrDefault(runner => runner.Definition.Name == name) is { } found
        ? found
        : throw new RefusedException(Refusal.NoSuch("there is no tracer of this name", "GET /api/v1/tracers lists them"));
}
