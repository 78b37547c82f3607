using System.Text;

namespace Huatuo.Agent.Configuration;

/// <summary>What is in the configuration file at present, whatever links lead to it.</summary>
/// <param name="path">The file.</param>
internal sealed class ConfigContent(string path)
{
    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>
    /// Stands for the content, alike for the same: its bytes, a letter each, since a hash would load all of OpenSSL for it. Null when there is none,
    /// or none that can be read.
    /// </summary>
    public string? Digest()
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (stream.Length == 0)
                return null;
            byte[] content = new byte[Math.Min(stream.Length, ConfigFile.LargestBytes + 1)];
            int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return Encoding.Latin1.GetString(content.AsSpan(0, length));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
