using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api;

/// <summary><c>/api/v1/health</c>: how the agent is, in one answer.</summary>
/// <param name="sources">The tracers.</param>
/// <param name="readiness">What <c>/readyz</c> answers.</param>
internal sealed class StatusResource(ApiSources sources, IReadiness readiness) : IResource
{
    private const string Schema = """
        {"type":"object","required":["ready","tracers","sinks"],"properties":{
          "ready":{"type":"boolean","description":"What /readyz answers."},
          "reason":{"type":"string","description":"What is awaited."},
          "tracers":{"type":"object","additionalProperties":{"type":"integer"},"description":"How many are in which state."},
          "sinks":{"type":"object","additionalProperties":{"type":"object","properties":{
            "recovered":{"type":"integer"},"stored":{"type":"integer"},"dropped":{"type":"integer"},"dead_letter":{"type":"integer"},"pending":{"type":"integer"}}}}}}
        """;

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/health", Scope.Read, "How the agent is: whether it is ready, its tracers by state, its sinks.", GetAsync)
        {
            Outcomes = [new Outcome(200, "The state, good or bad.", "application/json", Schema)],
        },
    ];

    private Task GetAsync(Request request) => Answer.JsonAsync(request.Context, 200, json =>
    {
        bool isReady = readiness.IsReady(out string? reason);
        json.WriteStartObject();
        json.WriteBoolean("ready", isReady);
        if (!isReady)
            json.WriteString("reason", reason);
        json.WriteStartObject("tracers");
        foreach (IGrouping<TracerState, TracerRunner> state in sources.Runners.GroupBy(runner => runner.State).OrderBy(state => state.Key))
            json.WriteNumber(state.Key.Word(), state.Count());
        json.WriteEndObject();
        json.WriteStartObject("sinks");
        foreach (IGrouping<string, SinkLedger> sink in sources.Runners.SelectMany(runner => runner.Ledger.Sinks).GroupBy(sink => sink.Sink))
        {
            json.WriteStartObject(sink.Key);
            json.WriteNumber("recovered", sink.Sum(tracer => tracer.Recovered));
            json.WriteNumber("stored", sink.Sum(tracer => tracer.Stored));
            json.WriteNumber("dropped", sink.Sum(tracer => Enum.GetValues<SinkStage>().Sum(tracer.Dropped)));
            json.WriteNumber("dead_letter", sink.Sum(tracer => tracer.DeadLetters));
            json.WriteNumber("pending", sink.Sum(tracer => tracer.Pending));
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
