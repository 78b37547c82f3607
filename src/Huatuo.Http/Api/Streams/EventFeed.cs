using System.Buffers;
using Huatuo.Http.Routing;
using Huatuo.Store.Search;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Api.Streams;

/// <summary>
/// Sends events as they are stored. A stream is a search that goes on: it reads the event store at its client's pace, so that
/// nobody waits for it, and resumes without a gap.
/// </summary>
/// <param name="sources">The event store.</param>
/// <param name="counts">Counts.</param>
/// <param name="time">Time.</param>
/// <param name="stopping">The server ends.</param>
internal sealed class EventFeed(ApiSources sources, StreamCounts counts, TimeProvider time, CancellationToken stopping)
{
    // How long a client may leave what was sent unread.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // How often something is sent when there is nothing to send.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // A search reads so long on a thread of the pool before it lets others.
    private static readonly TimeSpan LongestRead = TimeSpan.FromMilliseconds(50);

    private static readonly Refusal TooMany = new(
        429, "too_many_streams", "as many streams are open as are allowed", "close one, or raise api.max_streams");

    // The events before it and behind it do not follow on one another.
    private static ReadOnlySpan<byte> Gap => "event: gap\ndata: {}\n\n"u8;

    /// <summary>Whether an event is sent, beside what the query says.</summary>
    public delegate bool Wanted(ReadOnlySpan<byte> document);

    /// <summary>Answers a request until its client leaves.</summary>
    /// <param name="request">The request.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="begin">Finds the place to begin at; true when the event to begin behind is not stored any more.</param>
    /// <param name="wanted">Decides on each event.</param>
    /// <exception cref="RefusedException">There is no event store, or there are too many streams.</exception>
    public async Task AnswerAsync(Request request, EventQuery query, Func<EventTail, bool> begin, Wanted wanted)
    {
        HttpContext context = request.Context;
        if (sources.EventStore is not { } path)
            throw new RefusedException(SearchLane.SwitchedOff);
        using EventTail tail = Open(path, query);
        if (!counts.TryOpen(sources.Options().MaxStreams))
            throw new RefusedException(TooMany);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            bool isGap = begin(tail);
            Answer.BeginStream(context);
            if (!HttpMethods.IsHead(context.Request.Method))
                await SendAsync(context, tail, isGap, wanted, ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client has left, or the server stops.
        }
        catch (TimeoutException)
        {
            counts.Dropped();
            context.Abort();
        }
        catch (EventReadException fault) when (!context.Response.HasStarted)
        {
            throw new RefusedException(Refusal.Unavailable(fault.Message));
        }
        finally
        {
            counts.Close();
        }
    }

    private async Task SendAsync(HttpContext context, EventTail tail, bool isGap, Wanted wanted, CancellationToken ends)
    {
        var output = new ArrayBufferWriter<byte>(4 << 10);
        // The first bytes tell the client that it is connected.
        output.Write(isGap ? Gap : ": connected\n\n"u8);
        long sent = time.GetTimestamp();
        while (true)
        {
            long began = time.GetTimestamp();
            bool mayBeMore = tail.Read(() => time.GetElapsedTime(began) < LongestRead, () => output.Write(Gap), document =>
            {
                if (!wanted(document))
                    return;
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
}
