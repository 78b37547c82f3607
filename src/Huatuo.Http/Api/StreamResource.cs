using System.Buffers;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Store.Search;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Api;

/// <summary>
/// <c>/api/v1/events/stream</c>: events as they are stored. A stream is a search that goes on: it reads the event store at
/// its client's pace, so that nobody waits for it, and resumes without a gap.
/// </summary>
/// <param name="sources">The event store.</param>
/// <param name="parameters">Reads the conditions.</param>
/// <param name="counts">Counts.</param>
/// <param name="time">Time.</param>
/// <param name="stopping">The server ends.</param>
internal sealed class StreamResource(ApiSources sources, EventParameters parameters, StreamCounts counts, TimeProvider time, CancellationToken stopping) : IResource
{
    /// <summary>How long a client may leave what was sent unread.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How often something is sent when there is nothing to send.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // A search reads so long on a thread of the pool before it lets others.
    private static readonly TimeSpan LongestRead = TimeSpan.FromMilliseconds(50);

    private static readonly Refusal TooMany = new(
        429, "too_many_streams", "as many streams are open as are allowed", "close one, or raise api.max_streams");

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
            Outcomes = [new Outcome(200, "The stream. Without an id it begins now. The id of each event is that of the document. An event named gap says that the one to begin behind is not stored any more.", "text/event-stream")],
            Refusals = [400, 503],
        },
    ];

    private async Task StreamAsync(Request request)
    {
        EventQuery query = parameters.Read(request, 0);
        Guid? after = After(request);
        bool replays = request.Flag("replay");
        if (sources.EventStore is not { } path)
            throw new RefusedException(SearchLane.SwitchedOff);
        using EventTail tail = Open(path, query);
        if (!counts.TryOpen(sources.Options.MaxStreams))
            throw new RefusedException(TooMany);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(request.Context.RequestAborted, stopping);
        try
        {
            bool isGap = Begin(tail, after, replays);
            Answer.BeginStream(request.Context);
            if (HttpMethods.IsHead(request.Context.Request.Method))
                return;
            await SendAsync(request.Context, tail, isGap, ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client has left, or the server stops.
        }
        catch (TimeoutException)
        {
            counts.Dropped();
            request.Context.Abort();
        }
        catch (EventReadException fault) when (!request.Context.Response.HasStarted)
        {
            throw new RefusedException(Refusal.Unavailable(fault.Message));
        }
        finally
        {
            counts.Close();
        }
    }

    private async Task SendAsync(HttpContext context, EventTail tail, bool isGap, CancellationToken ends)
    {
        var output = new ArrayBufferWriter<byte>(4 << 10);
        // The first bytes tell the client that it is connected.
        output.Write(isGap ? "event: gap\ndata: {}\n\n"u8 : ": connected\n\n"u8);
        long sent = time.GetTimestamp();
        while (true)
        {
            long began = time.GetTimestamp();
            bool mayBeMore = tail.Read(() => time.GetElapsedTime(began) < LongestRead, document =>
            {
                CloudEvent.Write(output, document);
                counts.Sent();
            });
            if (output.WrittenCount == 0 && time.GetElapsedTime(sent) >= Heartbeat)
                output.Write(": ping\n\n"u8);
            if (output.WrittenCount > 0)
            {
                await Answer.SendAsync(context, output.WrittenMemory, Patience, time, ends).ConfigureAwait(false);
                output.ResetWrittenCount();
                sent = time.GetTimestamp();
            }
            if (mayBeMore)
                await Task.Yield();
            else
                await Task.Delay(Interval, time, ends).ConfigureAwait(false);
            ends.ThrowIfCancellationRequested();
        }
    }

    private static EventTail Open(string path, EventQuery query)
    {
        try
        {
            return new EventTail(path, query);
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(Refusal.BadRequest(wrong.Message));
        }
    }

    /// <summary>Finds the place; true when the event to begin behind is not there.</summary>
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
        string? text = request.Context.Request.Headers["Last-Event-ID"] is { Count: > 0 } header ? header.ToString() : request.Text("after");
        if (text is null or "")
            return null;
        return Guid.TryParseExact(text, "D", out Guid id)
            ? id
            : throw new RefusedException(Refusal.BadRequest("what to begin behind is no id of an event", "ids look like 01a2073e-4230-7066-866a-0b6f90aef4f6"));
    }
}
