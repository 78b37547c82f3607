using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Proc;

/// <summary>Reads files of the kernel, one after the other, into memory that is kept. One caller at a time.</summary>
/// <param name="maxBytes">The most that is read of one; what follows is cut off behind the last whole line.</param>
public sealed class FileBuffer(int maxBytes = FileBuffer.MaxBytes)
{
    /// <summary>More than any file of the kernel with a line for each device or connection table takes.</summary>
    public const int MaxBytes = 16 << 20;

    private const int FirstBytes = 4096;
    private byte[] _buffer = [];

    /// <summary>Whether the last reading ended at the limit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads all of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its bytes, valid until the next reading.</returns>
    /// <exception cref="IOException">It is missing, or may not be read.</exception>
    public ReadOnlySpan<byte> Read(string path)
    {
        int error = ReadAll(path, out ReadOnlySpan<byte> content);
        return error == 0 ? content : throw PlainFile.Failure(path, error);
    }

    /// <summary>Reads all of a file that need not be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes, valid until the next reading; empty without one.</param>
    /// <returns>False when it is missing, may not be read, or what it tells of is gone.</returns>
    public bool TryRead(string path, out ReadOnlySpan<byte> content) => ReadAll(path, out content) == 0;

    // The errno, or 0.
    private int ReadAll(string path, out ReadOnlySpan<byte> content)
    {
        content = default;
        using SafeFileHandle file = PlainFile.Open(path, out int error);
        if (error != 0)
            return error;
        if (_buffer.Length == 0)
            _buffer = new byte[Math.Min(FirstBytes, maxBytes)];
        int length = 0;
        while (true)
        {
            int read = PlainFile.Read(file, _buffer.AsSpan(length), out error);
            if (error != 0)
                return error;
            length += read;
            if (read == 0)
                break;
            if (length < _buffer.Length)
                continue;
            if (length >= maxBytes)
            {
                content = Cut(length);
                return 0;
            }
            Array.Resize(ref _buffer, (int)Math.Min(_buffer.Length * 2L, maxBytes));
        }
        IsCut = false;
        content = _buffer.AsSpan(0, length);
        return 0;
    }

    private ReadOnlySpan<byte> Cut(int length)
    {
        IsCut = true;
        return _buffer.AsSpan(0, _buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1);
    }
}
