using System.Buffers;
using System.Text;
using System.Text.Json;
using Huatuo.Http.Api.Tasks;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Formats;

namespace Huatuo.Http.Api.Upstream;

/// <summary><c>/tasks</c>: the tasks under the path and in the shape of HUATUO's own API. No argument names a program or a file.</summary>
/// <param name="board">The tasks.</param>
/// <param name="requests">Starts and stops them.</param>
internal sealed class UpstreamTasksResource(TaskBoard board, TaskRequests requests) : IResource
{
    private const int LongestId = 128;

    private const string BodySchema = """
        {"type":"object","required":["tracer_name","timeout"],"properties":{
          "request_id":{"type":"string","description":"The task's id; a second request with it gives the same task."},
          "tracer_name":{"type":"string"},"timeout":{"type":"integer","description":"How long it runs, in seconds."},
          "data_type":{"type":"string"},
          "trace_args":{"type":"array","items":{"type":"string"},"description":"Options of the tracer or profiler, and of a profiler pid, tid, container or cpus, each as KEY=VALUE."}}}
        """;

    private static readonly Dictionary<string, string> PathNames = new() { ["id"] = "The task's id." };

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("POST", "/tasks", Scope.Profile, "Run a tracer or a profiler for a while, as HUATUO's own API has it.", StartAsync)
        {
            LargestBody = JsonBody.Largest,
            Body = BodySchema,
            Outcomes = [new Outcome(200, "The task's id.", "application/json", """{"type":"object","properties":{"data":{"type":"object","properties":{"task_id":{"type":"string"}}}}}""")],
            Refusals = [400, 413, 503],
        },
        new Route("GET", "/tasks", Scope.Profile, "The tasks, as HUATUO's own API has them.", ListAsync)
        {
            Outcomes = [new Outcome(200, "The tasks.", "application/json", """{"type":"object","properties":{"data":{"type":"object","properties":{"tasks":{"type":"array"}}}}}""")],
        },
        new Route("GET", "/tasks/{id}", Scope.Profile, "One task with its result, as HUATUO's own API has it.", GetAsync)
        {
            PathNames = PathNames,
            Outcomes = [new Outcome(200, "Its status, and, when it has ended, its documents on lines, or its profile as collapsed stacks, as one text.", "application/json", """{"type":"object","properties":{"data":{"type":"object","properties":{"status":{"type":"string"},"data":{"type":"string"},"error":{"type":"string"}}}}}""")],
        },
        new Route("DELETE", "/tasks/{id}", Scope.Profile, "Stop a task.", request =>
        {
            requests.Stop(request);
            return Answer.Empty(request.Context);
        })
        {
            PathNames = PathNames,
            Outcomes = [new Outcome(204, "It ends.")],
            Refusals = [404],
        },
    ];

    private async Task StartAsync(Request request)
    {
        JsonElement body = await JsonBody.ReadAsync(request, "request_id", "tracer_name", "timeout", "data_type", "trace_args").ConfigureAwait(false);
        string? id = JsonBody.Text(body, "request_id") is { Length: > 0 } given ? given : null;
        if (id is not null && (id.Length > LongestId || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            throw new RefusedException(Refusal.BadRequest($"request_id has other characters than letters, digits and - _ ., or more than {LongestId}"));
        if (!body.TryGetProperty("timeout", out JsonElement timeout) || timeout.ValueKind != JsonValueKind.Number || !timeout.TryGetInt32(out int seconds))
            throw new RefusedException(Refusal.BadRequest("timeout is no whole number of seconds"));
        string? name = JsonBody.Text(body, "tracer_name");
        var duration = TimeSpan.FromSeconds(seconds);
        ApiTask task = name is null || ProfilerCatalog.Find(name) is null
            ? requests.Start(request, id, name, duration, Options(body, _ => true))
            : requests.Start(request, id, name, duration, Options(body, TaskTarget.Names.Contains), Options(body, key => !TaskTarget.Names.Contains(key)), splitsProcesses: false);
        await TellAsync(request, json => json.WriteString("task_id", task.Id)).ConfigureAwait(false);
    }

    private Task ListAsync(Request request) => TellAsync(request, json =>
    {
        json.WriteStartArray("tasks");
        foreach (ApiTask task in board.All)
        {
            json.WriteStartObject();
            json.WriteString("task_id", task.Id);
            json.WriteString("tracer_name", task.Name);
            json.WriteString("status", Status(task));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private Task GetAsync(Request request) => TellAsync(request, json =>
    {
        ApiTask? task = board.All.FirstOrDefault(known => known.Id == request.Name);
        json.WriteString("status", task is null ? "not_exist" : Status(task));
        if (task is null)
            json.WriteString("error", "there is no task of this id");
        else if (task.Status == "failed")
            json.WriteString("error", task.Error);
        else if (!task.IsActive)
            json.WriteString("data", Encoding.UTF8.GetString(task.Kind == ApiTask.Tracer || task.Documents.Count == 0 ? task.Documents.ToLines() : Collapsed(task)));
    });

    private static byte[] Collapsed(ApiTask task)
    {
        using var text = new MemoryStream();
        ProfileFormats.Write(ProfileFormats.Collapsed, ProfileRequests.Of(task), text);
        return text.ToArray();
    }

    private static string Status(ApiTask task) => task.Status == "stopped" ? "completed" : task.Status;

    private static Task TellAsync(Request request, Action<Utf8JsonWriter> write) => Answer.JsonAsync(request.Context, 200, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("data");
        write(json);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Some of the arguments as an object of options; a list is written with commas.</summary>
    private static JsonElement Options(JsonElement body, Predicate<string> isWanted)
    {
        if (!body.TryGetProperty("trace_args", out JsonElement arguments) || arguments.ValueKind == JsonValueKind.Null)
            return default;
        if (arguments.ValueKind != JsonValueKind.Array)
            throw new RefusedException(Refusal.BadRequest("trace_args is no array"));
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (JsonElement argument in arguments.EnumerateArray())
            {
                string text = argument.ValueKind == JsonValueKind.String ? argument.GetString()! : "";
                int equals = text.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0 || text[0] == '-')
                    throw new RefusedException(Refusal.BadRequest("trace_args has something that is not KEY=VALUE", "the options of the tracer's section in the configuration can be set, or those of the profiler"));
                if (isWanted(text[..equals]))
                    Write(json, text[..equals], text[(equals + 1)..], isList: text[..equals] != "cpus");
            }
            json.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string key, string value, bool isList)
    {
        if (!isList || !value.Contains(',', StringComparison.Ordinal))
        {
            json.WriteString(key, value);
            return;
        }
        json.WriteStartArray(key);
        foreach (string item in value.Split(','))
            json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
