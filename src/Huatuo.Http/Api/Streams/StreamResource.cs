using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api.Streams;

/// <summary><c>/api/v1/events/stream</c>: events as they are stored.</summary>
/// <param name="feed">Sends them.</param>
/// <param name="parameters">Reads the conditions.</param>
internal sealed class StreamResource(EventFeed feed, EventParameters parameters) : IResource
{
    private const string LastEventId = "Last-Event-ID";

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/events/stream", Scope.Read, "Events as they are stored, as server-sent events with CloudEvents 1.0, until the client leaves.", StreamAsync)
        {
            Parameters =
            [
                .. EventParameters.OfContent,
                new("after", "string", "Begin behind the event of this id, as with the header Last-Event-ID, which counts first."),
                new("replay", "boolean", "Begin with all that is stored, when there is no such id."),
            ],
            Headers = [new(LastEventId, "string", "Begin behind the event of this id, as a browser that comes back sends it.")],
            Outcomes = [new Outcome(200, "The stream. Without an id it begins now. The id of each event is that of the document. An event named gap says that events may be missing there: the one to begin behind is not stored any more, or events were dropped before they were sent.", "text/event-stream")],
            Refusals = [400, 503],
        },
    ];

    private Task StreamAsync(Request request)
    {
        EventQuery query = parameters.Read(request, 0);
        Guid? after = After(request);
        bool replays = request.Flag("replay");
        return feed.AnswerAsync(request, query, tail => Begin(tail, after, replays), _ => true);
    }

    private static bool Begin(EventTail tail, Guid? after, bool replays)
    {
        if (after is { } id)
            return !tail.SkipTo(id);
        if (replays)
            tail.SkipNothing();
        else
            tail.SkipAll();
        return false;
    }

    private static Guid? After(Request request)
    {
        string? text = request.Context.Request.Headers[LastEventId] is { Count: > 0 } header ? header.ToString() : request.Text("after");
        if (text is null or "")
            return null;
        return Guid.TryParseExact(text, "D", out Guid id)
            ? id
            : throw new RefusedException(Refusal.BadRequest("what to begin behind is no id of an event", "ids look like 01a2073e-4230-7066-866a-0b6f90aef4f6"));
    }
}
