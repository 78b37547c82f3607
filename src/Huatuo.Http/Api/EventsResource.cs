using System.Buffers;
using System.Globalization;
using System.Text;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api;

/// <summary><c>/api/v1/events</c>: the stored events.</summary>
/// <param name="searches">Where searches run.</param>
/// <param name="parameters">Reads their conditions.</param>
/// <param name="time">Bounds them.</param>
internal sealed class EventsResource(SearchLane searches, EventParameters parameters, TimeProvider time) : IResource
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 1000;

    private const string PageSchema = """
        {"type":"object","required":["items"],"properties":{
          "items":{"type":"array","items":{"type":"object"},"description":"Documents as they were stored, the newest first."},
          "next_cursor":{"type":"string","description":"Goes on behind this page; absent on the last one."}}}
        """;

    // A search that goes on for long keeps the store's log from being cut, so a page ends early and the client goes on.
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/events", Scope.Read, "Search the stored events, the newest first. A page may have fewer events than the limit, or none, and still a next one.", FindAsync)
        {
            Parameters =
            [
                .. EventParameters.All,
                new("limit", "integer", $"How many events the page has at most, from 1 to {LargestLimit}; {DefaultLimit} unless said."),
                new("cursor", "string", "next_cursor of the page before, with the same conditions."),
            ],
            Outcomes = [new Outcome(200, "A page of events.", "application/json", PageSchema)],
            Refusals = [400, 503],
        },
        new Route("GET", "/api/v1/events/{id}", Scope.Read, "One stored event.", GetAsync)
        {
            PathNames = new Dictionary<string, string> { ["id"] = "The event's id." },
            Outcomes = [new Outcome(200, "The document as it was stored.", "application/json", """{"type":"object"}""")],
            Refusals = [400, 404, 503],
        },
    ];

    private async Task FindAsync(Request request)
    {
        int limit = (int)(request.Number("limit", 1, LargestLimit) ?? DefaultLimit);
        long before = request.Number("cursor", 1, long.MaxValue) ?? long.MaxValue;
        EventQuery query = parameters.Read(request, limit);
        CancellationToken gone = request.Context.RequestAborted;
        long began = time.GetTimestamp();
        var page = new ArrayBufferWriter<byte>(16 << 10);
        page.Write("{\"items\":["u8);
        bool isFirst = true;
        long? next = await searches.RunAsync(
            reader => reader.Page(query, before, () => !gone.IsCancellationRequested && time.GetElapsedTime(began) < LongestSearch, document =>
            {
                page.Write(isFirst ? ""u8 : ","u8);
                page.Write(document);
                isFirst = false;
            }),
            gone).ConfigureAwait(false);
        page.Write("]"u8);
        if (next is { } cursor)
            page.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"next_cursor\":\"{cursor}\"")));
        page.Write("}"u8);
        await Answer.JsonAsync(request.Context, 200, page.WrittenMemory).ConfigureAwait(false);
    }

    private async Task GetAsync(Request request)
    {
        if (!Guid.TryParseExact(request.Name, "D", out Guid id))
            throw new RefusedException(Refusal.BadRequest("this is no id of an event", "ids look like 01a2073e-4230-7066-866a-0b6f90aef4f6"));
        byte[] found = await searches.RunAsync(
            reader =>
            {
                byte[] found = [];
                reader.Find(id, document => found = document.ToArray());
                return found;
            },
            request.Context.RequestAborted).ConfigureAwait(false);
        if (found.Length == 0)
            throw new RefusedException(Refusal.NoSuch("there is no event with this id", "it may have been too old to be kept"));
        await Answer.JsonAsync(request.Context, 200, found).ConfigureAwait(false);
    }
}
