using Huatuo.Flow.Otlp;
using Huatuo.Store.Remote;

namespace Huatuo.Store.Otlp;

/// <summary>What the answer to an export says about the documents of the request.</summary>
internal static class OtlpReply
{
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
}
