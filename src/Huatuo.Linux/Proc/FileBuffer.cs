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
        try
        {
            return ReadAll(path);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    /// <summary>Reads all of a file that need not be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its bytes, valid until the next reading; empty without one.</param>
    /// <returns>False when it is missing, may not be read, or what it tells of is gone.</returns>
    public bool TryRead(string path, out ReadOnlySpan<byte> content)
    {
        content = default;
        // Asked first: exceptions are dear, and a file that is missing stays so.
        if (!File.Exists(path))
            return false;
        try
        {
            content = ReadAll(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private ReadOnlySpan<byte> ReadAll(string path)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        if (_buffer.Length == 0)
            _buffer = new byte[Math.Min(FirstBytes, maxBytes)];
        int length = 0;
        while (true)
        {
            int read = RandomAccess.Read(file, _buffer.AsSpan(length), length);
            length += read;
            if (read == 0)
                break;
            if (length < _buffer.Length)
                continue;
            if (length >= maxBytes)
                return Cut(length);
            Array.Resize(ref _buffer, (int)Math.Min(_buffer.Length * 2L, maxBytes));
        }
        IsCut = false;
        return _buffer.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Cut(int length)
    {
        IsCut = true;
        return _buffer.AsSpan(0, _buffer.AsSpan(0, length).LastIndexOf((byte)'\n') + 1);
    }
}
