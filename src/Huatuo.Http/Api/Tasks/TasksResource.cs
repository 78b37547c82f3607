using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Http.Api.Profiles;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Profiling.Catalog;

namespace Huatuo.Http.Api.Tasks;

/// <summary><c>/api/v1/tasks</c>: tracers and profilers that run for a while, beside the agent's own, with options of their own.</summary>
/// <param name="board">The tasks.</param>
/// <param name="requests">Starts and stops them.</param>
internal sealed class TasksResource(TaskBoard board, TaskRequests requests) : IResource
{
    private const string TaskSchema = """
        {"type":"object","required":["id","status","duration_seconds","started_at","events","dropped"],"properties":{
          "id":{"type":"string"},"tracer":{"type":"string","description":"The tracer that it runs, if it runs one."},
          "profiler":{"type":"string","description":"The profiler that it runs, if it runs one."},
          "status":{"type":"string","enum":["pending","running","completed","stopped","failed"]},
          "error":{"type":"string","description":"Why it failed."},
          "duration_seconds":{"type":"number"},
          "started_at":{"type":"string","format":"date-time"},"ended_at":{"type":"string","format":"date-time"},
          "events":{"type":"integer","description":"How many it keeps."},
          "dropped":{"type":"integer","description":"How many it had no room for."}}}
        """;

    private const string ListSchema = """{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":""" + TaskSchema + "}}}";

    private const string BodySchema = """
        {"type":"object","required":["duration"],"properties":{
          "tracer":{"type":"string","description":"A tracer of events, by its name or an alias; or instead:"},
          "profiler":{"type":"string","description":"A profiler, by its name or an alias."},
          "target":{"type":"object","description":"What is profiled; the whole machine unless said.","properties":{
            "container":{"type":"string","description":"By the beginning of its id or by its name."},
            "pid":{"type":"integer"},"tid":{"type":"integer"},"cpus":{"type":"string","description":"Such as 0-3,7; not for offcpu."}}},
          "split_processes":{"type":"boolean","description":"Tells processes of one name apart in a profile."},
          "duration":{"type":"string","description":"How long it runs, such as 10s; at most 1h."},
          "options":{"type":"object","description":"A tracer's as in its section of the configuration, but for enabled, ring_bytes and transport; a profiler's as GET /api/v1/profilers lists them. The others have their defaults."}}}
        """;

    private const string ProfilersSchema = """
        {"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"type":"object","required":["name","aliases","summary","options"],"properties":{
          "name":{"type":"string"},"aliases":{"type":"array","items":{"type":"string"}},"summary":{"type":"string"},
          "options":{"type":"array","items":{"type":"object","required":["key","summary","syntax","default"],"properties":{
            "key":{"type":"string"},"summary":{"type":"string"},"syntax":{"type":"string"},"default":{"type":"string"}}}}}}}}}
        """;

    private static readonly Dictionary<string, string> PathNames = new() { ["id"] = "The task's id." };

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("POST", "/api/v1/tasks", Scope.Profile, "Run a tracer or a profiler for a while, and keep what it sees.", StartAsync)
        {
            LargestBody = JsonBody.Largest,
            Body = BodySchema,
            Outcomes = [new Outcome(201, "The task, which begins.", "application/json", TaskSchema)],
            Refusals = [400, 413, 503],
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
        new Route("GET", "/api/v1/tasks/{id}/profile", Scope.Profile, "The profile that a task took, once it has ended.", request =>
            ProfileFormatAnswer.SendAsync(request, ProfileFormatAnswer.Of(request), ProfileRequests.Of(board.Find(request.Name))))
        {
            PathNames = PathNames,
            Parameters = [ProfileFormatAnswer.Parameter],
            Outcomes = ProfileFormatAnswer.Outcomes,
            Refusals = [400, 404],
        },
        new Route("GET", "/api/v1/profilers", Scope.Profile, "The profilers that tasks can run, with their options.", ProfilersAsync)
        {
            Outcomes = [new Outcome(200, "The profilers.", "application/json", ProfilersSchema)],
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
        JsonElement body = await JsonBody.ReadAsync(request, "tracer", "profiler", "target", "split_processes", "duration", "options").ConfigureAwait(false);
        var written = new ConfigScalar(new Position("duration", 0, 0), JsonBody.Text(body, "duration") ?? "");
        if (!OptionTypes.Duration.TryParse(written, out TimeSpan duration, out string? error))
            throw new RefusedException(Refusal.BadRequest($"duration: {error}"));
        body.TryGetProperty("options", out JsonElement options);
        string? tracer = JsonBody.Text(body, "tracer"), profiler = JsonBody.Text(body, "profiler");
        body.TryGetProperty("target", out JsonElement target);
        bool splits = body.TryGetProperty("split_processes", out JsonElement split);
        if (profiler is null && (splits || target.ValueKind != JsonValueKind.Undefined))
            throw new RefusedException(Refusal.BadRequest("target and split_processes go with a profiler"));
        if (profiler is not null && tracer is not null)
            throw new RefusedException(Refusal.BadRequest("a task runs a tracer or a profiler, not both"));
        if (splits && split.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new RefusedException(Refusal.BadRequest("split_processes is neither true nor false"));
        ApiTask task = profiler is null
            ? requests.Start(request, null, tracer, duration, options)
            : requests.Start(request, null, profiler, duration, target, options, splits && split.GetBoolean());
        await TellAsync(request, 201, task).ConfigureAwait(false);
    }

    private Task ListAsync(Request request) => Answer.JsonAsync(request.Context, 200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (ApiTask task in board.All)
            Write(json, task);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static Task ProfilersAsync(Request request) => Answer.JsonAsync(request.Context, 200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (ProfilerDefinition profiler in ProfilerCatalog.All)
            Write(json, profiler);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, ProfilerDefinition profiler)
    {
        json.WriteStartObject();
        json.WriteString("name", profiler.Name);
        json.WriteStartArray("aliases");
        foreach (string alias in profiler.Aliases)
            json.WriteStringValue(alias);
        json.WriteEndArray();
        json.WriteString("summary", profiler.Summary);
        json.WriteStartArray("options");
        foreach (OptionKey key in profiler.Options.Keys)
        {
            json.WriteStartObject();
            json.WriteString("key", key.Key);
            json.WriteString("summary", key.Summary);
            json.WriteString("syntax", key.Syntax);
            json.WriteString("default", key.Default);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private Task EventsAsync(Request request) =>
        Answer.BodyAsync(request.Context, 200, "application/x-ndjson", board.Find(request.Name).Documents.ToLines());

    private static Task TellAsync(Request request, int status, ApiTask task) =>
        Answer.JsonAsync(request.Context, status, json => Write(json, task));

    private static void Write(Utf8JsonWriter json, ApiTask task)
    {
        json.WriteStartObject();
        json.WriteString("id", task.Id);
        json.WriteString(task.Kind, task.Name);
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
