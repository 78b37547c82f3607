using System.Text.Json;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api.Upstream;

/// <summary><c>/tracers</c> and <c>/containers/json</c>, as HUATUO's own API has them.</summary>
/// <param name="sources">Tracers and containers.</param>
/// <param name="tracers">Starts and stops.</param>
/// <param name="time">Time.</param>
internal sealed class UpstreamResource(ApiSources sources, TracersResource tracers, TimeProvider time) : IResource
{
    // What a tracer gives: pkg/tracing/register_event.go.
    private const int FlagMetric = 1;
    private const int FlagTracing = 2;

    private const string TracersSchema = """
        {"type":"object","properties":{"data":{"type":"array","items":{"type":"object","properties":{
          "name":{"type":"string"},"running":{"type":"boolean"},"hit":{"type":"integer","description":"Times that it was started."},
          "restart_interval":{"type":"integer","description":"The first wait after a failure, in seconds."},
          "flag":{"type":"integer","description":"1 for metrics, 2 for events."}}}}}}
        """;

    private const string ContainersSchema = """
        {"type":"object","properties":{"data":{"type":"array","items":{"type":"object","properties":{
          "id":{"type":"string"},"name":{"type":"string"},"hostname":{"type":"string"},"type":{"type":"string"},"qos":{"type":"string"},
          "net_namespace_inum":{"type":"integer"},"net_namespace_cookie":{"type":"integer"},"init_pid":{"type":"integer"},
          "cgroup_path":{"type":"string"},"started_at":{"type":"string"},"synced_at":{"type":"string"},
          "labels":{"type":"object","additionalProperties":{"type":"string"}}}}}}}
        """;

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/tracers", Scope.Read, "All tracers, as HUATUO's own API has them.", ListAsync)
        {
            Outcomes = [new Outcome(200, "The tracers.", "application/json", TracersSchema)],
        },
        Change("start", "Start a tracer that does not run.", tracers.StartAsync),
        Change("stop", "Stop a tracer.", tracers.StopAsync),
        new Route("GET", "/containers/json", Scope.Read, "The containers, as HUATUO's own API has them.", ContainersAsync)
        {
            Parameters = [new("container_id", "string", "Only the one with this id.")],
            Outcomes = [new Outcome(200, "The containers.", "application/json", ContainersSchema)],
            Refusals = [400],
        },
    ];

    private static Route Change(string verb, string summary, Func<Request, Task> change) =>
        new("PUT", $"/tracers/{{name}}/{verb}", Scope.Control, summary, async request =>
        {
            await change(request).ConfigureAwait(false);
            await Answer.Empty(request.Context).ConfigureAwait(false);
        })
        {
            PathNames = TracersResource.PathNames,
            Outcomes = [new Outcome(204, "Done.")],
            Refusals = [404, 409],
        };

    private Task ListAsync(Request request) => Answer.JsonAsync(request.Context, 200, json =>
    {
        Begin(json);
        foreach (TracerRunner runner in sources.Runners)
        {
            json.WriteStartObject();
            json.WriteString("name", runner.Definition.Name);
            json.WriteBoolean("running", runner.State == TracerState.Running);
            json.WriteNumber("hit", runner.Runs);
            json.WriteNumber("restart_interval", 1);
            json.WriteNumber("flag", runner.Definition.Kind == TracerKind.Metric ? FlagMetric : FlagTracing);
            json.WriteEndObject();
        }
        End(json);
    });

    private Task ContainersAsync(Request request)
    {
        string? id = request.Text("container_id");
        DateTimeOffset now = time.GetUtcNow();
        return Answer.JsonAsync(request.Context, 200, json =>
        {
            Begin(json);
            foreach (Container container in sources.Containers.Live.Where(known => id is null || known.Id == id).OrderBy(known => known.Id, StringComparer.Ordinal))
                Write(json, container, now);
            End(json);
        });
    }

    private static void Write(Utf8JsonWriter json, Container container, DateTimeOffset now)
    {
        ContainerNames names = container.Names;
        json.WriteStartObject();
        json.WriteString("id", container.Id);
        json.WriteString("name", names.Name);
        json.WriteString("hostname", names.Hostname);
        json.WriteString("type", names.Type);
        json.WriteString("qos", names.Qos);
        if (container.Init is { } init)
        {
            json.WriteNumber("net_namespace_inum", init.NetnsInode);
            json.WriteNumber("net_namespace_cookie", init.NetnsCookie);
            json.WriteNumber("init_pid", init.Pid);
        }
        json.WriteString("cgroup_path", container.CgroupPath);
        if (container.StartedAt is { } started)
            json.WriteString("started_at", started);
        json.WriteString("synced_at", now);
        json.WriteStartObject("labels");
        foreach ((string name, string value) in names.PodLabels)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
