namespace Huatuo.Http.Push;

/// <summary>Reads an <c>ExportMetricsServiceResponse</c>.</summary>
internal static class OtlpReply
{
    private const int PartialSuccessField = 1;
    private const int RejectedField = 1;
    private const int LengthDelimited = 2;

    /// <summary>How many points the receiver left out; zero when the bytes are no such answer.</summary>
    public static long RejectedPoints(ReadOnlySpan<byte> reply)
    {
        if (!TryField(reply, PartialSuccessField, out ReadOnlySpan<byte> partial, out _))
            return 0;
        return TryField(partial, RejectedField, out _, out ulong rejected) ? (long)Math.Min(rejected, long.MaxValue) : 0;
    }

    private static bool TryField(ReadOnlySpan<byte> message, int field, out ReadOnlySpan<byte> content, out ulong number)
    {
        content = default;
        while (TryVarint(ref message, out ulong tag) && TryVarint(ref message, out number))
        {
            bool isMessage = (tag & 7) == LengthDelimited;
            if (tag % 8 is not (0 or LengthDelimited) || (isMessage && number > (ulong)message.Length))
                break;
            if (isMessage)
            {
                content = message[..(int)number];
                message = message[(int)number..];
            }
            if (tag >> 3 == (ulong)field)
                return true;
        }
        number = 0;
        return false;
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
