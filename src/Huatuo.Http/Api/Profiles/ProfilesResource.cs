using System.Globalization;
using System.Text.Json;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Profiling;
using Huatuo.Profiling.Continuous;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api.Profiles;

/// <summary><c>/api/v1/profiles</c>: the profiles that are taken all the time.</summary>
/// <param name="search">Goes through them.</param>
/// <param name="time">What durations count back from.</param>
internal sealed class ProfilesResource(ProfileSearch search, TimeProvider time) : IResource
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 500;
    private const int MostLabels = 16;

    private const string PageSchema = """
        {"type":"object","required":["items"],"properties":{
          "items":{"type":"array","items":{"type":"object","required":["time","labels","duration_ns","samples","total_ns"],"properties":{
            "time":{"type":"string","format":"date-time","description":"When it began."},
            "labels":{"type":"object","additionalProperties":{"type":"string"}},
            "duration_ns":{"type":"integer","description":"0 in all parts of a profile but the first."},
            "samples":{"type":"integer"},
            "total_ns":{"type":"integer","description":"0 of profiles that are of no time."},
            "total_bytes":{"type":"integer","description":"Of profiles that sum bytes."},
            "total_cycles":{"type":"integer","description":"Of profiles that sum cycles of CPUs."}}}},
          "next_cursor":{"type":"string"}}}
        """;

    private const string LabelsSchema = """{"type":"object","additionalProperties":{"type":"array","items":{"type":"string"}}}""";

    private static readonly IReadOnlyList<Parameter> s_range =
    [
        new("since", "string", "Only profiles that began since a time, such as 10m (ago) or 2026-11-23T07:10:00Z; 1h unless said."),
        new("until", "string", "Only profiles that began until a time, written alike."),
        new("container", "string", "Only those of a container, by the beginning of its id or by its name."),
        new("pod", "string", "Only those of a pod, by its name or uid."),
        new("label", "string", "Only those with a label, such as service_name=host or profiler=oncpu.", IsRepeatable: true),
    ];

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/profiles", Scope.Read, "The stored profiles, the newest first: when, of what, and how much is in each.", ListAsync)
        {
            Parameters =
            [
                .. s_range,
                new("limit", "integer", $"How many the page has at most, from 1 to {LargestLimit}; {DefaultLimit} unless said."),
                new("cursor", "string", "next_cursor of the page before, with the same conditions."),
            ],
            Outcomes = [new Outcome(200, "A page of profiles; a long one is in parts.", "application/json", PageSchema)],
            Refusals = [400, 503],
        },
        new Route("GET", "/api/v1/profiles/labels", Scope.Read, "The labels of the stored profiles, with their values.", LabelsAsync)
        {
            Parameters = s_range,
            Outcomes = [new Outcome(200, "Values by label.", "application/json", LabelsSchema)],
            Refusals = [400, 503],
        },
        new Route("GET", "/api/v1/profiles/merge", Scope.Read, "All stored profiles of one profiler in a range of time, added up.", MergeAsync)
        {
            Parameters = [new("profiler", "string", "Whose profiles; oncpu unless said."), .. s_range, ProfileFormatAnswer.Parameter],
            Outcomes = ProfileFormatAnswer.Outcomes,
            Refusals = [400, 404, 503],
        },
    ];

    private async Task ListAsync(Request request)
    {
        int limit = (int)(request.Number("limit", 1, LargestLimit) ?? DefaultLimit);
        long before = request.Number("cursor", 1, long.MaxValue) ?? long.MaxValue;
        IReadOnlyList<LabelCondition> conditions = Conditions(request);
        List<Action<Utf8JsonWriter>> items = [];
        long? next = await search.PageAsync(
            Query(request, limit), before,
            document =>
            {
                var one = new StoredProfile(conditions);
                if (one.Add(document))
                    items.Add(json => Write(json, one));
            },
            request.Context.RequestAborted).ConfigureAwait(false);
        await Answer.JsonAsync(request.Context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            items.ForEach(item => item(json));
            json.WriteEndArray();
            if (next is { } cursor)
                json.WriteString("next_cursor", cursor.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task LabelsAsync(Request request)
    {
        SortedDictionary<string, SortedSet<string>> labels = await search.LabelsAsync(Query(request, 0), Conditions(request), request.Context.RequestAborted).ConfigureAwait(false);
        await Answer.JsonAsync(request.Context, 200, json =>
        {
            json.WriteStartObject();
            foreach ((string name, SortedSet<string> values) in labels)
            {
                json.WriteStartArray(name);
                foreach (string value in values)
                    json.WriteStringValue(value);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task MergeAsync(Request request)
    {
        string format = ProfileFormatAnswer.Of(request);
        LabelCondition[] conditions = [new LabelCondition("profiler", request.Text("profiler") ?? "oncpu"), .. Conditions(request)];
        StoredProfile sum = await search.MergeAsync(Query(request, 0), conditions, request.Context.RequestAborted).ConfigureAwait(false);
        Profile profile = sum.Sum ?? throw new RefusedException(Refusal.NoSuch("there are no such profiles", "GET /api/v1/profiles/labels tells what there is"));
        await ProfileFormatAnswer.SendAsync(request, format, profile).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter json, StoredProfile one)
    {
        Profile profile = one.Sum!;
        json.WriteStartObject();
        json.WriteString("time", profile.Start);
        json.WriteStartObject("labels");
        foreach ((string name, string value) in one.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteNumber("duration_ns", profile.Duration.Ticks * 100);
        json.WriteNumber("samples", Enumerable.Range(0, profile.Stacks.Count).Sum(node => profile.Stacks[node].Count));
        json.WriteNumber("total_ns", profile.Stacks.Totals()[StackTree.Root]);
        if (profile.Kind.Amount is { } amount)
            json.WriteNumber(amount == ProfileUnit.Bytes ? "total_bytes" : "total_cycles", profile.Stacks.Totals(amount)[StackTree.Root]);
        json.WriteEndObject();
    }

    private EventQuery Query(Request request, int limit)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            return new EventQuery
            {
                SinceNs = SearchArguments.Time("since", request.Text("since") ?? "1h", now),
                UntilNs = SearchArguments.Time("until", request.Text("until"), now),
                Container = request.Text("container"),
                Pod = request.Text("pod"),
                Limit = limit,
            };
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(Refusal.BadRequest(wrong.Message));
        }
    }

    private static List<LabelCondition> Conditions(Request request)
    {
        IReadOnlyList<string> labels = request.Texts("label");
        if (labels.Count > MostLabels)
            throw new RefusedException(Refusal.BadRequest($"label is there more than {MostLabels} times"));
        List<LabelCondition> conditions = [];
        foreach (string label in labels)
        {
            int equals = label.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new RefusedException(Refusal.BadRequest("label is not NAME=VALUE"));
            conditions.Add(new LabelCondition(label[..equals], label[(equals + 1)..]));
        }
        return conditions;
    }
}
