namespace Huatuo.Linux.Proc;

/// <summary>A file of the kernel that is read again and again, with its own <see cref="FileBuffer"/>. One caller at a time.</summary>
/// <param name="path">The file.</param>
/// <param name="maxBytes">The most that is read; what follows is cut off behind the last whole line.</param>
public sealed class ByteFile(string path, int maxBytes = FileBuffer.MaxBytes)
{
    private readonly FileBuffer _buffer = new(maxBytes);

    /// <inheritdoc cref="FileBuffer.IsCut"/>
    public bool IsCut => _buffer.IsCut;

    /// <inheritdoc cref="FileBuffer.Read"/>
    public ReadOnlySpan<byte> Read() => _buffer.Read(path);

    /// <inheritdoc cref="FileBuffer.TryRead"/>
    public bool TryRead(out ReadOnlySpan<byte> content) => _buffer.TryRead(path, out content);
}
