using System.Text;

namespace Huatuo.Flow.Otlp;

/// <summary>
/// Reads an <c>ExportLogsServiceResponse</c>, an <c>ExportMetricsServiceResponse</c> or an <c>ExportProfilesServiceResponse</c>, which
/// are alike (<c>opentelemetry/proto/collector</c>).
/// </summary>
public static class PartialSuccess
{
    private const int PartialSuccessField = 1;
    private const int RejectedField = 1;
    private const int MessageField = 2;

    /// <summary>How many records, points or profiles the receiver rejected, and why.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="rejected">How many, as the receiver tells.</param>
    /// <param name="reason">Its words; may be a warning without a rejection.</param>
    /// <returns>False when the bytes are no such answer.</returns>
    public static bool TryRead(ReadOnlySpan<byte> reply, out long rejected, out string reason)
    {
        rejected = 0;
        reason = "";
        // Some receivers answer in JSON whatever they are asked in; an empty object has nothing to tell.
        if (reply.SequenceEqual("{}"u8))
            return true;
        while (!reply.IsEmpty)
        {
            if (!TryField(ref reply, out int field, out ReadOnlySpan<byte> partial, out _))
                return false;
            if (field == PartialSuccessField && !TryPartial(partial, ref rejected, ref reason))
                return false;
        }
        return true;
    }

    /// <summary>The message of a <c>google.rpc.Status</c>, by which a receiver refuses a request: its numbers of fields are those of
    /// what was rejected in part.</summary>
    /// <param name="reply">The content of the answer.</param>
    /// <param name="message">The receiver's words; may be empty.</param>
    /// <returns>False when the bytes are no such message.</returns>
    public static bool TryReadStatus(ReadOnlySpan<byte> reply, out string message)
    {
        message = "";
        long code = 0;
        return TryPartial(reply, ref code, ref message);
    }

    private static bool TryPartial(ReadOnlySpan<byte> partial, ref long rejected, ref string reason)
    {
        while (!partial.IsEmpty)
        {
            if (!TryField(ref partial, out int field, out ReadOnlySpan<byte> text, out ulong number))
                return false;
            if (field == RejectedField)
                rejected = (long)number;
            else if (field == MessageField)
                reason = Encoding.UTF8.GetString(text);
        }
        return true;
    }

    private static bool TryField(ref ReadOnlySpan<byte> message, out int field, out ReadOnlySpan<byte> content, out ulong number)
    {
        const ulong largestTag = uint.MaxValue;
        field = 0;
        content = default;
        number = 0;
        if (!TryVarint(ref message, out ulong tag) || tag > largestTag || tag >> 3 == 0)
            return false;
        field = (int)(tag >> 3);
        int bytes;
        switch (tag & 7)
        {
            case 0:
                return TryVarint(ref message, out number);
            case 1:
                bytes = 8;
                break;
            case 2:
                if (!TryVarint(ref message, out ulong length) || length > (ulong)message.Length)
                    return false;
                bytes = (int)length;
                break;
            case 5:
                bytes = 4;
                break;
            default:
                return false;
        }
        if (bytes > message.Length)
            return false;
        content = message[..bytes];
        message = message[bytes..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
