using Huatuo.Linux.Proc;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux;

/// <summary>Reads a kernel file that fits into a caller's buffer.</summary>
internal static class SmallFile
{
    /// <summary>Reads from the start until the end of the file or of the buffer.</summary>
    /// <returns>Bytes read, or -1 when the file is missing, unreadable or its process is gone.</returns>
    internal static int Read(string path, Span<byte> buffer)
    {
        using SafeFileHandle file = PlainFile.Open(path, out int error);
        int length = 0;
        while (error == 0 && length < buffer.Length && PlainFile.Read(file, buffer[length..], out error) is > 0 and var read)
            length += read;
        return error == 0 ? length : -1;
    }

    /// <summary>Reads a file of a few dozen bytes as text without the line end, or null.</summary>
    internal static string? ReadLine(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        int length = Read(path, buffer);
        return length < 0 ? null : System.Text.Encoding.UTF8.GetString(buffer[..length]).TrimEnd('\n');
    }
}
