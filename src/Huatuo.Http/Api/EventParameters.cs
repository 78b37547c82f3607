using Huatuo.Flow.Tracing;
using Huatuo.Http.Routing;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api;

/// <summary>The conditions on events in a query, the same as those of <c>huatuo events</c>.</summary>
/// <param name="names">What the tracers may be called.</param>
/// <param name="time">What durations count back from.</param>
internal sealed class EventParameters(TracerNames names, TimeProvider time)
{
    private const int MostConditions = 16;

    /// <summary>Those on what is in an event.</summary>
    public static IReadOnlyList<Parameter> OfContent { get; } =
    [
        new("tracer", "string", "Only events of a tracer, by its name or an alias; repeated, of any of them.", IsRepeatable: true),
        new("container", "string", "Only events of a container, by the beginning of its id or by its name."),
        new("pod", "string", "Only events of a pod, by its name or uid."),
        new("pid", "integer", "Only events with a process, whatever its part in them."),
        new("comm", "string", "Only events with a task of this name, whatever its part in them."),
        new("text", "string", "Only events with all these words in their fields or stacks; tcp_* is any word that begins so."),
        new("where", "string", "Only events whose field in tracer_data compares, such as layers.tcp.dport=443; operators are = != ~ < >.", IsRepeatable: true),
    ];

    /// <summary>Those and the times.</summary>
    public static IReadOnlyList<Parameter> All { get; } =
    [
        new("since", "string", "Only what happened since a time, such as 10m (ago) or 2026-11-23T07:10:00Z."),
        new("until", "string", "Only what happened until a time, written alike."),
        .. OfContent,
    ];

    /// <summary>Reads them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The query's limit.</param>
    /// <exception cref="RefusedException">One is not right.</exception>
    public EventQuery Read(Request request, int limit)
    {
        IReadOnlyList<string> where = request.Texts("where");
        if (where.Count > MostConditions)
            throw new RefusedException(Refusal.BadRequest($"where is there more than {MostConditions} times"));
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            return new EventQuery
            {
                SinceNs = SearchArguments.Time("since", request.Text("since"), now),
                UntilNs = SearchArguments.Time("until", request.Text("until"), now),
                Tracers = [.. request.Texts("tracer").Select(WireName)],
                Container = request.Text("container"),
                Pod = request.Text("pod"),
                Pid = request.Number("pid", 0, int.MaxValue),
                Comm = request.Text("comm"),
                Text = request.Text("text") ?? "",
                Where = [.. where.Select(condition => SearchArguments.Condition("where", condition))],
                Limit = limit,
            };
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(Refusal.BadRequest(wrong.Message));
        }
    }

    private string WireName(string name) => names.TryFind(name, out string? wireName)
        ? wireName
        : throw new RefusedException(Refusal.BadRequest($"tracer: there is no tracer '{name}'", "GET /api/v1/tracers lists them"));
}
