using System.Text.Json;
using Huatuo.Store.Files;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.LocalFile;

/// <summary>Mends the end of a file whose writer was stopped in the middle of a line.</summary>
internal static unsafe class TornLine
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>
    /// Makes the file end with a line break: a last line that is a complete JSON object is ended, a shorter one is cut
    /// off. Nothing before the last line break is touched.
    /// </summary>
    /// <param name="file">Open for reading and appending.</param>
    /// <param name="path">The name for messages.</param>
    /// <param name="size">The size of the file; changed with it.</param>
    /// <param name="longest">No line is longer: what is left without a line break by more was not written by the sink,
    /// and is ended, not cut.</param>
    /// <param name="finding">What was found and done, in words; null when the file was whole.</param>
    /// <returns>The call that failed, or null.</returns>
    public static IoFailure? Mend(SafeFileHandle file, string path, ref long size, long longest, out string? finding)
    {
        finding = null;
        byte[] chunk = new byte[(int)Math.Min(ChunkBytes, size)];
        long start = size;
        int at = -1;
        while (start > 0 && size - start <= longest && at < 0)
        {
            Span<byte> part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, start));
            start -= part.Length;
            if (Read(file, part, start, path) is { } failure)
                return failure;
            at = part.LastIndexOf((byte)'\n');
        }

        long tail = size - (start + at + 1);
        if (tail == 0)
            return null;
        if (tail > longest)
        {
            finding = $"{path}: the last line has no end and is longer than any that is written here; ended it";
            return End(file, path, ref size);
        }

        byte[] line = new byte[tail];
        if (Read(file, line, size - tail, path) is { } failed)
            return failed;
        if (IsObject(line))
        {
            finding = $"{path}: ended the last line, which was complete but for its line break";
            return End(file, path, ref size);
        }
        if (Libc.Truncate(file, size - tail) != 0)
            return IoFailure.Last("cut the torn last line of", path);
        size -= tail;
        finding = $"{path}: cut off {tail} bytes of a last line that was not written to its end";
        return null;
    }

    /// <summary>Whether the bytes are one JSON object and nothing else.</summary>
    internal static bool IsObject(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != '{' || bytes[^1] != '}')
            return false;
        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IoFailure? End(SafeFileHandle file, string path, ref long size)
    {
        byte end = (byte)'\n';
        IoVector vector = new() { Address = &end, Length = 1 };
        if (Libc.WriteVector(file, &vector, 1) != 1)
            return IoFailure.Last("end the last line of", path);
        size++;
        return null;
    }

    private static IoFailure? Read(SafeFileHandle file, Span<byte> into, long offset, string path)
    {
        fixed (byte* start = into)
        {
            for (int done = 0; done < into.Length;)
            {
                nint read = Libc.ReadAt(file, start + done, into.Length - done, offset + done);
                if (read < 0)
                    return IoFailure.Last("read", path);
                if (read == 0)
                    return new IoFailure(Libc.EINVAL, "read to the end", path);
                done += (int)read;
            }
        }
        return null;
    }
}
