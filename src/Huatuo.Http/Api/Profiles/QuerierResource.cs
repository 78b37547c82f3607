using System.IO.Compression;
using System.Text.Json;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Profiling;
using Huatuo.Profiling.Continuous;
using Huatuo.Store.Search;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Api.Profiles;

/// <summary>
/// The methods of Pyroscope's <c>querier.v1.QuerierService</c> that Grafana's data source calls, under its path and under that of HUATUO's API
/// server: unary Connect calls, of Protocol Buffers and of JSON.
/// </summary>
/// <param name="search">Goes through the stored profiles.</param>
/// <param name="time">For calls that name no time.</param>
internal sealed class QuerierResource(ProfileSearch search, TimeProvider time) : IResource
{
    private const string Service = "/querier.v1.QuerierService/", Upstream = "/v1/profiles/flamegraph", Proto = "application/proto", Json = "application/json", TypeLabel = "profile_type";
    private const int MostPoints = 11_000;
    private const long MillisecondNs = 1_000_000, LatestMs = long.MaxValue / MillisecondNs;

    private static readonly TimeSpan s_unsaid = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        .. Both("ProfileTypes", "The types of profiles that are stored.", TypesAsync),
        .. Both("LabelNames", "The labels of stored profiles.", NamesAsync),
        .. Both("LabelValues", "The values of a label.", ValuesAsync),
        .. Both("Series", "The sets of labels of stored profiles.", LabelSetsAsync),
        .. Both("SelectMergeStacktraces", "A flame graph of all profiles of a type in a range of time.", FlameGraphAsync),
        .. Both("SelectMergeProfile", "All profiles of a type in a range of time, added up, as a message of pprof.", ProfileAsync),
        .. Both("SelectSeries", "How much the profiles of a type amount to, step by step.", SeriesAsync),
        .. Both("GetProfileStats", "Whether profiles are stored, and of when.", StatsAsync),
    ];

    private static IEnumerable<Route> Both(string method, string summary, Func<QuerierRequest, CancellationToken, Task<IWireAnswer>> answer)
    {
        foreach (string prefix in (string[])["", Upstream])
            yield return new Route("POST", prefix + Service + method, Scope.Read, $"{summary} A method of Pyroscope's querier.", request => CallAsync(request, method, answer))
            {
                LargestBody = JsonBody.Largest,
                Body = """{"type":"object"}""",
                Outcomes = [new Outcome(200, "The message of its response.", Json, """{"type":"object"}""")],
                Refusals = [400, 413, 503],
            };
    }

    private static async Task CallAsync(Request request, string method, Func<QuerierRequest, CancellationToken, Task<IWireAnswer>> answer)
    {
        try
        {
            await AnswerAsync(request, method, answer).ConfigureAwait(false);
        }
        catch (RefusedException refused) when (!request.Context.Response.HasStarted)
        {
            await ConnectError.AnswerAsync(request.Context, refused.Refusal).ConfigureAwait(false);
        }
    }

    private static async Task AnswerAsync(Request request, string method, Func<QuerierRequest, CancellationToken, Task<IWireAnswer>> answer)
    {
        HttpContext context = request.Context;
        string type = (context.Request.ContentType ?? Proto).Split(';')[0].Trim();
        if (type is not (Proto or Json))
            throw new RefusedException(Refusal.BadRequest("the request is neither application/proto nor application/json"));
        byte[] body = await BodyAsync(context).ConfigureAwait(false);
        IWireAnswer message;
        try
        {
            QuerierRequest asked = type == Proto ? QuerierRequest.OfProto(method, body) : QuerierRequest.OfJson(body);
            message = await answer(asked, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or JsonException or FormatException)
        {
            throw new RefusedException(Refusal.BadRequest($"this is no request of {method}: {wrong.Message}"));
        }
        await (type == Proto
            ? Answer.BodyAsync(context, 200, Proto, message.ToProto().Written.ToArray())
            : Answer.JsonAsync(context, 200, message.Write)).ConfigureAwait(false);
    }

    // What is compressed has a bound as well.
    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        string encoding = context.Request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
            throw new RefusedException(Refusal.BadRequest("the request is compressed in another way than gzip"));
        Stream body = encoding == "gzip" ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        byte[] bytes = new byte[JsonBody.Largest + 1];
        try
        {
            int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
            return length < bytes.Length ? bytes[..length] : throw new RefusedException(Refusal.BadRequest("the request is too large"));
        }
        catch (InvalidDataException)
        {
            throw new RefusedException(Refusal.BadRequest("the request is not compressed as it says"));
        }
    }

    private async Task<IWireAnswer> TypesAsync(QuerierRequest asked, CancellationToken cancel)
    {
        SortedDictionary<string, SortedSet<string>> labels = await search.LabelsAsync(Range(asked), [], cancel).ConfigureAwait(false);
        return new WireMessage().Messages(1, "profileTypes", labels.GetValueOrDefault(TypeLabel, []).SelectMany(ProfileTypes.Alike).Select(Type));
    }

    private async Task<IWireAnswer> NamesAsync(QuerierRequest asked, CancellationToken cancel)
    {
        SortedDictionary<string, SortedSet<string>> labels = await search.LabelsAsync(Range(asked), Conditions(asked), cancel).ConfigureAwait(false);
        return new WireMessage().Texts(1, "names", labels.Keys.Select(Outer));
    }

    private async Task<IWireAnswer> ValuesAsync(QuerierRequest asked, CancellationToken cancel)
    {
        SortedDictionary<string, SortedSet<string>> labels = await search.LabelsAsync(Range(asked), Conditions(asked), cancel).ConfigureAwait(false);
        IEnumerable<string> values = labels.GetValueOrDefault(Inner(asked.Name), []);
        return new WireMessage().Texts(1, "names", Inner(asked.Name) == TypeLabel ? values.SelectMany(ProfileTypes.Alike) : values);
    }

    private async Task<IWireAnswer> LabelSetsAsync(QuerierRequest asked, CancellationToken cancel)
    {
        var sets = new SortedDictionary<string, WireMessage>(StringComparer.Ordinal);
        var profiles = new StoredProfile(Conditions(asked));
        await search.EachAsync(
            Range(asked),
            document =>
            {
                if (!profiles.TryLabels(document))
                    return;
                (string Name, string Value)[] labels = [.. profiles.Labels.Select(label => (Outer(label.Key), label.Value)).Where(label => asked.GroupBy.Count == 0 || asked.GroupBy.Contains(label.Item1)).OrderBy(label => label.Item1, StringComparer.Ordinal)];
                sets[string.Join('\0', labels)] = Labels(1, labels);
            },
            cancel).ConfigureAwait(false);
        return new WireMessage().Messages(2, "labelsSet", sets.Values);
    }

    private async Task<IWireAnswer> FlameGraphAsync(QuerierRequest asked, CancellationToken cancel)
    {
        StoredProfile sum = await search.MergeAsync(Range(asked), Conditions(asked), cancel).ConfigureAwait(false);
        return new WireMessage().Message(1, "flamegraph", FlameLevels.Of(sum.Sum, asked.MaxNodes, Unit(asked, sum.Sum)));
    }

    private async Task<IWireAnswer> ProfileAsync(QuerierRequest asked, CancellationToken cancel)
    {
        StoredProfile sum = await search.MergeAsync(Range(asked), Conditions(asked), cancel).ConfigureAwait(false);
        return new PprofAnswer(sum.Sum, asked.Type);
    }

    private async Task<IWireAnswer> SeriesAsync(QuerierRequest asked, CancellationToken cancel)
    {
        long step = (long)Math.Clamp(asked.Step * 1000, 0, int.MaxValue);
        if (step <= 0 || asked.Start <= 0 || Math.Min(asked.End, LatestMs) - asked.Start > step * MostPoints)
            throw new FormatException($"step is not more than 0, start is not set, or there would be more than {MostPoints} points");
        IReadOnlyList<LabelCondition> conditions = Conditions(asked);
        var last = new LastProfiles();
        var series = new SortedDictionary<string, ((string, string)[] Labels, SortedDictionary<long, long> Points)>(StringComparer.Ordinal);
        await search.EachAsync(
            Range(asked),
            document =>
            {
                var one = new StoredProfile(conditions);
                if (!one.Add(document) || one.Sum is not { } profile)
                    return;
                (string, string)[] labels = [.. asked.GroupBy.Select(name => (name, one.Labels.GetValueOrDefault(Inner(name), "")))];
                string key = string.Join('\0', labels);
                if (!series.TryGetValue(key, out var known))
                    series[key] = known = (labels, []);
                long at = asked.Start + (profile.Start.ToUnixTimeMilliseconds() - asked.Start) / step * step;
                if (profile.Kind.IsLevel && !last.Take(one.Labels, at, profile.Start))
                    return;
                known.Points[at] = known.Points.GetValueOrDefault(at) + profile.Stacks.Totals(Unit(asked, profile))[StackTree.Root];
            },
            cancel).ConfigureAwait(false);
        // In the order of their labels; of more than were asked for, the largest.
        IEnumerable<((string, string)[] Labels, SortedDictionary<long, long> Points)> told = series.Values;
        if (asked.Limit > 0 && asked.Limit < series.Count)
            told = series.Values.OrderByDescending(one => one.Points.Values.Sum()).Take((int)asked.Limit);
        return new WireMessage().Messages(1, "series", told.Select(one => Labels(1, one.Labels).Messages(2, "points", one.Points.Select(point =>
            new WireMessage().Real(1, "value", point.Value).Number(2, "timestamp", point.Key)))));
    }

    private async Task<IWireAnswer> StatsAsync(QuerierRequest asked, CancellationToken cancel) =>
        await StoredTimes.FindAsync(search, cancel).ConfigureAwait(false) is { } times
            ? new WireMessage().Flag(1, "dataIngested", true).Number(2, "oldestProfileTime", times.OldestMs).Number(3, "newestProfileTime", times.NewestMs)
            : new WireMessage();

    private static WireMessage Type(string id)
    {
        string[] parts = id.Split(':');
        return new WireMessage().Text(1, "ID", id).Text(2, "name", parts[0]).Text(4, "sampleType", parts[1]).Text(5, "sampleUnit", parts[2]).Text(6, "periodType", parts[3]).Text(7, "periodUnit", parts[4]);
    }

    private static WireMessage Labels(int field, IEnumerable<(string Name, string Value)> labels) =>
        new WireMessage().Messages(field, "labels", labels.Select(label => new WireMessage().Text(1, "name", label.Name).Text(2, "value", label.Value)));

    private static ProfileUnit Unit(QuerierRequest asked, Profile? profile) =>
        asked.Type.Length > 0 ? ProfileTypes.Unit(asked.Type) : profile?.Kind.Weight ?? ProfileUnit.Nanoseconds;

    // Pyroscope's name of the label that tells the type.
    private static string Outer(string name) => name == TypeLabel ? "__profile_type__" : name;

    private static string Inner(string name) => name == "__profile_type__" ? TypeLabel : name;

    private EventQuery Range(QuerierRequest asked) => new()
    {
        SinceNs = Math.Min(asked.Start > 0 ? asked.Start : (time.GetUtcNow() - s_unsaid).ToUnixTimeMilliseconds(), LatestMs) * MillisecondNs,
        UntilNs = asked.End > 0 ? Math.Min(asked.End, LatestMs) * MillisecondNs : null,
    };

    private static IReadOnlyList<LabelCondition> Conditions(QuerierRequest asked)
    {
        List<LabelCondition> conditions = [.. LabelSelector.Read(asked.Selector), .. asked.Matchers.SelectMany(LabelSelector.Read)];
        if (asked.Type.Length > 0)
            conditions.Add(new LabelCondition(TypeLabel, asked.Type));
        return [.. conditions.Select(condition => condition with
        {
            Name = Inner(condition.Name),
            Value = Inner(condition.Name) == TypeLabel ? ProfileTypes.Carried(condition.Value) : condition.Value,
        })];
    }
}
