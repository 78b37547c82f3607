using System.Text;
using System.Text.Json;
using Huatuo.Flow.Filter;
using Huatuo.Http.Api.Streams;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api.Upstream;

/// <summary><c>/v1/events/watch</c>: the stream under the path and with the filters of HUATUO's own API.</summary>
/// <param name="feed">Sends it.</param>
internal sealed class WatchResource(EventFeed feed) : IResource
{
    private static readonly string[] Fields = ["tracer_name", "hostname", "container_hostname", "container_host_namespace", "container_qos", "region"];

    private const string BodySchema = """
        {"type":"object","properties":{"filters":{"type":"object","description":"Regular expressions, all of which must be found in their field.","properties":{
          "tracer_name":{"type":"string"},"hostname":{"type":"string"},"container_hostname":{"type":"string"},
          "container_host_namespace":{"type":"string"},"container_qos":{"type":"string"},"region":{"type":"string"}}}}}
        """;

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("POST", "/v1/events/watch", Scope.Read, "Events as they are stored, from now on, whose fields match regular expressions; as HUATUO's own API has it.", WatchAsync)
        {
            LargestBody = JsonBody.Largest,
            Body = BodySchema,
            Outcomes = [new Outcome(200, "The stream, as of /api/v1/events/stream.", "text/event-stream")],
            Refusals = [400, 413, 503],
        },
    ];

    private async Task WatchAsync(Request request)
    {
        JsonElement body = await JsonBody.ReadAsync(request, "filters").ConfigureAwait(false);
        (string Field, JsonFieldTest Test)[] filters = body.TryGetProperty("filters", out JsonElement given) ? Parse(given) : [];
        string[] names = [.. filters.Select(filter => filter.Field)];
        await feed.AnswerAsync(
            request,
            new EventQuery(),
            tail =>
            {
                tail.SkipAll();
                return false;
            },
            document => filters.Length == 0 || Holds(filters, EnvelopeFields.Read(document, names))).ConfigureAwait(false);
    }

    private static bool Holds((string Field, JsonFieldTest Test)[] filters, string[] values)
    {
        for (int i = 0; i < filters.Length; i++)
            if (!filters[i].Test.Holds(JsonTokenType.String, Encoding.UTF8.GetBytes(values[i])))
                return false;
        return true;
    }

    private static (string Field, JsonFieldTest Test)[] Parse(JsonElement filters)
    {
        if (filters.ValueKind != JsonValueKind.Object)
            throw new RefusedException(Refusal.BadRequest("filters is no JSON object"));
        List<(string, JsonFieldTest)> tests = [];
        foreach (JsonProperty filter in filters.EnumerateObject())
        {
            if (!Fields.Contains(filter.Name))
                throw new RefusedException(Refusal.BadRequest($"'{filter.Name}' is no filter", $"there are {string.Join(", ", Fields)}"));
            try
            {
                if (JsonBody.Text(filters, filter.Name) is { Length: > 0 } pattern)
                    tests.Add((filter.Name, new JsonFieldTest(new FieldCondition(filter.Name, FieldOperator.Matches, [pattern]))));
            }
            catch (ArgumentException wrong)
            {
                throw new RefusedException(Refusal.BadRequest($"{filter.Name}: {wrong.Message}"));
            }
        }
        return [.. tests];
    }
}
