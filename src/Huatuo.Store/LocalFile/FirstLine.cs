using System.Text.Json;
using Huatuo.Linux.Clock;
using Huatuo.Store.Files;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.LocalFile;

/// <summary>Tells when the first line of a file was written.</summary>
internal static unsafe class FirstLine
{
    private const int HeadBytes = 4 << 10;

    /// <summary>The first document's <c>time</c>, which is among its first fields.</summary>
    /// <param name="file">Open for reading.</param>
    /// <returns>Null when it is not there, or cannot be read.</returns>
    public static DateTimeOffset? Time(SafeFileHandle file)
    {
        byte[] head = new byte[HeadBytes];
        nint length;
        fixed (byte* start = head)
            length = Libc.ReadAt(file, start, head.Length, 0);
        return length > 0 ? Time(head.AsSpan(0, (int)length)) : null;
    }

    private static DateTimeOffset? Time(ReadOnlySpan<byte> head)
    {
        try
        {
            // The document may be longer than what was read of it.
            var reader = new Utf8JsonReader(head, isFinalBlock: false, default);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                bool isTime = reader.ValueTextEquals("time"u8);
                if (!reader.Read())
                    return null;
                if (isTime && reader.TokenType == JsonTokenType.String && UtcTimestamp.TryParse(reader.ValueSpan, out long nanoseconds))
                    return DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
                if (!reader.TrySkip())
                    return null;
            }
        }
        catch (JsonException)
        {
            // Nothing that the sink has written.
        }
        return null;
    }
}
