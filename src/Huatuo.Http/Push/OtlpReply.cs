using Huatuo.Flow.Otlp;

namespace Huatuo.Http.Push;

/// <summary>Reads an <c>ExportMetricsServiceResponse</c>.</summary>
internal static class OtlpReply
{
    /// <summary>How many points the receiver left out; zero when the bytes are no such answer.</summary>
    public static long RejectedPoints(ReadOnlySpan<byte> reply) =>
        PartialSuccess.TryRead(reply, out long rejected, out _) ? Math.Max(rejected, 0) : 0;
}
