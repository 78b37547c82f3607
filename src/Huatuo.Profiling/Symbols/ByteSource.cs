using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Symbols;

/// <summary>Bytes that somebody else wrote, and may be changing: nothing of them is taken on trust.</summary>
internal abstract class ByteSource : IDisposable
{
    internal abstract long Length { get; }

    /// <summary>When they were changed last, in nanoseconds since 1970; 0 for a copy.</summary>
    internal virtual long ChangedNs => 0;

    /// <summary>Fills all of a buffer.</summary>
    /// <returns>False when there are not so many bytes there.</returns>
    internal abstract bool TryRead(long offset, Span<byte> buffer);

    /// <summary>A run of bytes.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">How long it claims to be.</param>
    /// <param name="most">The most that is read.</param>
    /// <returns>Null when it is longer than that, or not there.</returns>
    internal byte[]? Read(ulong offset, ulong length, int most)
    {
        if (length > (ulong)most || offset > (ulong)Length || length > (ulong)Length - offset)
            return null;
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        return TryRead((long)offset, bytes) ? bytes : null;
    }

    public abstract void Dispose();
}

/// <summary>An open file.</summary>
/// <param name="file">Closed with this.</param>
/// <param name="length">Its length when it was opened.</param>
/// <param name="changedNs">When it had been changed last by then.</param>
internal sealed class FileBytes(SafeFileHandle file, long length, long changedNs) : ByteSource
{
    internal override long Length => length;

    internal override long ChangedNs => changedNs;

    internal override bool TryRead(long offset, Span<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                int read = RandomAccess.Read(file, buffer, offset);
                if (read <= 0)
                    return false;
                offset += read;
                buffer = buffer[read..];
            }
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public override void Dispose() => file.Dispose();
}

/// <summary>A copy in memory.</summary>
/// <param name="bytes">It.</param>
internal sealed class MemoryBytes(byte[] bytes) : ByteSource
{
    internal override long Length => bytes.Length;

    internal override bool TryRead(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > bytes.Length || buffer.Length > bytes.Length - offset)
            return false;
        bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        return true;
    }

    public override void Dispose()
    {
    }
}
