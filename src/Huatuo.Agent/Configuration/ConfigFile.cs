using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>Reads a configuration file into a tree. Whatever is in the file, errors are only diagnostics.</summary>
internal static class ConfigFile
{
    /// <summary>The largest file that is read.</summary>
    public const int LargestBytes = 1 << 20;

    private const int FirstBytes = 8192;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Append(0x7f).Append(0xfeff).Select(c => (char)c).Except(['\t', '\n', '\r'])]);

    /// <summary>Reads a file; null when it is empty or cannot be read, the latter with an error.</summary>
    /// <param name="path">The file, under which name it also stands in messages.</param>
    /// <param name="diagnostics">Receives every error.</param>
    public static ConfigNode? Read(string path, Diagnostics diagnostics)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return Read(stream, path, diagnostics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => Directory.Exists(path) ? "it is a folder" : "permission denied",
                _ => e.Message,
            };
            diagnostics.Add(new Position(path, 0, 0), "", $"cannot be read: {reason}");
            return null;
        }
    }

    /// <summary>Reads a stream to its end, or until it is too large.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static ConfigNode? Read(Stream stream, string source, Diagnostics diagnostics)
    {
        byte[] buffer = new byte[FirstBytes];
        int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        while (length == buffer.Length && length <= LargestBytes)
        {
            Array.Resize(ref buffer, length * 2);
            length += stream.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
        }

        if (length <= LargestBytes)
            return Parse(buffer.AsSpan(0, length), source, diagnostics);
        diagnostics.Add(new Position(source, 0, 0), "", $"larger than {new ByteSize(LargestBytes)}");
        return null;
    }

    /// <summary>Parses YAML in UTF-8; null when it is empty or is not YAML, the latter with an error.</summary>
    public static ConfigNode? Parse(ReadOnlySpan<byte> utf8, string source, Diagnostics diagnostics)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        char[] text = new char[utf8.Length];
        OperationStatus status = Utf8.ToUtf16(utf8, text, out _, out int length, replaceInvalidSequences: false);
        ReadOnlySpan<char> valid = text.AsSpan(0, length);
        if (status != OperationStatus.Done)
        {
            diagnostics.Add(End(valid, source), "", "not valid UTF-8");
            return null;
        }

        // The parser would take some of these for the end of the file.
        int control = valid.IndexOfAny(Forbidden);
        if (control >= 0)
        {
            diagnostics.Add(End(valid[..control], source), "", $"the character U+{(int)valid[control]:X4} is not allowed");
            return null;
        }

        return new YamlTree(new string(valid), source, diagnostics).Read();
    }

    private static Position End(ReadOnlySpan<char> text, string source) =>
        new(source, text.Count('\n') + 1, text.Length - text.LastIndexOf('\n'));
}
