using Huatuo.Flow.Otlp;
using Huatuo.Store.Remote;

namespace Huatuo.Store.Otlp;

/// <summary>What the answer to an export says about the documents of the request.</summary>
internal static class OtlpReply
{
    /// <summary>The type of requests, and of every answer that is a receiver's own.</summary>
    public const string ContentType = "application/x-protobuf";

    /// <summary>Whether the receiver itself refuses what was sent: by 400 with a <c>google.rpc.Status</c>, as OTLP/HTTP demands. Any other
    /// 400 may be about the address.</summary>
    /// <param name="reply">The answer; not a success.</param>
    public static Refusal Judge(in RemoteReply reply) => reply.Status != 400 ? Refusal.None : TryStatus(reply, out _) ? Refusal.Certain : Refusal.Doubtful;

    /// <inheritdoc cref="IRemoteProtocol.Explain"/>
    public static string Explain(in RemoteReply reply) => TryStatus(reply, out string message) ? ErrorText.Shorten(message) : ErrorText.Of(reply.Body.Span);

    /// <summary>Reads it. Which of them were rejected is not told, unless it is all.</summary>
    /// <param name="reply">The content.</param>
    /// <param name="outcomes">What became of each document: as many as may be rejected are refused.</param>
    /// <param name="sent">How many things the request held, of which the receiver counts what it rejects; no fewer than documents.</param>
    /// <param name="things">What they are called.</param>
    /// <returns>Null, or why this is no answer.</returns>
    public static string? Read(ReadOnlySpan<byte> reply, Span<Outcome> outcomes, int sent, string things)
    {
        if (!PartialSuccess.TryRead(reply, out long rejected, out string reason))
            return "the answer is no protobuf of OpenTelemetry";
        if (rejected < 0 || rejected > sent)
            return $"the answer tells of {rejected} rejected {things}, and {sent} were sent";
        outcomes.Fill(new Outcome(OutcomeKind.Delivered));
        outcomes[..(int)Math.Min(rejected, outcomes.Length)].Fill(new Outcome(OutcomeKind.Refused, ErrorText.Shorten(reason), IsKnown: rejected == sent));
        return null;
    }

    private static bool TryStatus(in RemoteReply reply, out string message)
    {
        message = "";
        return reply.ContentType.Equals(ContentType, StringComparison.OrdinalIgnoreCase) && PartialSuccess.TryReadStatus(reply.Body.Span, out message);
    }
}
