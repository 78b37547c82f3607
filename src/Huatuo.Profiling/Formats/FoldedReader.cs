using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Huatuo.Profiling.Formats;

/// <summary>Reads profiles back: those of pprof, compressed or not, and collapsed stacks, of any program.</summary>
internal static class FoldedReader
{
    private const int MostBytes = 512 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">It.</param>
    /// <exception cref="InvalidDataException">It is in neither format.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static FoldedProfile Read(string path)
    {
        byte[] bytes = ReadAll(path);
        try
        {
            return PprofReader.IsPprof(bytes) ? PprofReader.Read(bytes) : ReadLines(Path.GetFileName(path), bytes);
        }
        catch (InvalidDataException wrong)
        {
            throw new InvalidDataException($"{path}: {wrong.Message}", wrong);
        }
    }

    private static byte[] ReadAll(string path)
    {
        using FileStream file = File.OpenRead(path);
        bool isCompressed = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream content = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        for (int read; (read = content.Read(buffer)) > 0;)
        {
            if (bytes.Length + read > MostBytes)
                throw new InvalidDataException($"{path}: more than {MostBytes >> 20} MiB");
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    private static FoldedProfile ReadLines(string name, byte[] bytes)
    {
        List<FoldedStack> stacks = [];
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int blank = line.LastIndexOf(' ');
            if (blank <= 0 || !long.TryParse(line.AsSpan(blank + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long weight))
                throw new InvalidDataException($"line {stacks.Count + 1} is no stack with a number, and the file is none of pprof");
            stacks.Add(new FoldedStack(line[..blank].Split(';'), weight));
        }
        return new FoldedProfile([new FoldedValue(name, ProfileUnit.Count)], stacks);
    }
}
