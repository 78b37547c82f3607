using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api.Tasks;

/// <summary><c>/api/v1/tasks</c>: tracers that run for a while, beside the agent's own, with options of their own.</summary>
/// <param name="board">The tasks.</param>
/// <param name="requests">Starts and stops them.</param>
internal sealed class TasksResource(TaskBoard board, TaskRequests requests) : IResource
{
    private const string TaskSchema = """
        {"type":"object","required":["id","tracer","status","duration_seconds","started_at","events","dropped"],"properties":{
          "id":{"type":"string"},"tracer":{"type":"string"},
          "status":{"type":"string","enum":["pending","running","completed","stopped","failed"]},
          "error":{"type":"string","description":"Why it failed."},
          "duration_seconds":{"type":"number"},
          "started_at":{"type":"string","format":"date-time"},"ended_at":{"type":"string","format":"date-time"},
          "events":{"type":"integer","description":"How many it keeps."},
          "dropped":{"type":"integer","description":"How many it had no room for."}}}
        """;

    private const string ListSchema = """{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":""" + TaskSchema + "}}}";

    private const string BodySchema = """
        {"type":"object","required":["tracer","duration"],"properties":{
          "tracer":{"type":"string","description":"A tracer of events, by its name or an alias."},
          "duration":{"type":"string","description":"How long it runs, such as 10s; at most 1h."},
          "options":{"type":"object","description":"Its options, as in its section of the configuration; the others have their defaults. Not enabled, ring_bytes, transport."}}}
        """;

    private static readonly Dictionary<string, string> PathNames = new() { ["id"] = "The task's id." };

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("POST", "/api/v1/tasks", Scope.Profile, "Run a tracer for a while, and keep what it sees.", StartAsync)
        {
            LargestBody = JsonBody.Largest,
            Body = BodySchema,
            Outcomes = [new Outcome(201, "The task, which begins.", "application/json", TaskSchema)],
            Refusals = [400, 413],
        },
        new Route("GET", "/api/v1/tasks", Scope.Profile, "The tasks that run, and those that ended within 10 minutes.", ListAsync)
        {
            Outcomes = [new Outcome(200, "The tasks.", "application/json", ListSchema)],
        },
        new Route("GET", "/api/v1/tasks/{id}", Scope.Profile, "One task.", request => TellAsync(request, 200, board.Find(request.Name)))
        {
            PathNames = PathNames,
            Outcomes = [new Outcome(200, "The task.", "application/json", TaskSchema)],
            Refusals = [404],
        },
        new Route("GET", "/api/v1/tasks/{id}/events", Scope.Profile, "What a task has seen so far.", EventsAsync)
        {
            PathNames = PathNames,
            Outcomes = [new Outcome(200, "A document on each line.", "application/x-ndjson")],
            Refusals = [404],
        },
        new Route("DELETE", "/api/v1/tasks/{id}", Scope.Profile, "Stop a task; what it has seen is kept.", request => TellAsync(request, 200, requests.Stop(request)))
        {
            PathNames = PathNames,
            Outcomes = [new Outcome(200, "The task, which ends.", "application/json", TaskSchema)],
            Refusals = [404],
        },
    ];

    private async Task StartAsync(Request request)
    {
        JsonElement body = await JsonBody.ReadAsync(request, "tracer", "duration", "options").ConfigureAwait(false);
        var written = new ConfigScalar(new Position("duration", 0, 0), JsonBody.Text(body, "duration") ?? "");
        if (!OptionTypes.Duration.TryParse(written, out TimeSpan duration, out string? error))
            throw new RefusedException(Refusal.BadRequest($"duration: {error}"));
        body.TryGetProperty("options", out JsonElement options);
        TracerTask task = requests.Start(request, null, JsonBody.Text(body, "tracer"), duration, options);
        await TellAsync(request, 201, task).ConfigureAwait(false);
    }

    private Task ListAsync(Request request) => Answer.JsonAsync(request.Context, 200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (TracerTask task in board.All)
            Write(json, task);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task EventsAsync(Request request) =>
        Answer.BodyAsync(request.Context, 200, "application/x-ndjson", board.Find(request.Name).Documents.ToLines());

    private static Task TellAsync(Request request, int status, TracerTask task) =>
        Answer.JsonAsync(request.Context, status, json => Write(json, task));

    private static void Write(Utf8JsonWriter json, TracerTask task)
    {
        json.WriteStartObject();
        json.WriteString("id", task.Id);
        json.WriteString("tracer", task.Tracer);
        json.WriteString("status", task.Status);
        if (task.Error.Length > 0)
            json.WriteString("error", task.Error);
        json.WriteNumber("duration_seconds", task.Duration.TotalSeconds);
        json.WriteString("started_at", task.StartedAt);
        if (task.EndedAt is { } ended)
            json.WriteString("ended_at", ended);
        json.WriteNumber("events", task.Documents.Count);
        json.WriteNumber("dropped", task.Documents.Dropped);
        json.WriteEndObject();
    }
}
