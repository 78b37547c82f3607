using System.Runtime.InteropServices;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Io;

/// <summary>What files are called that stand in samples by a number; asked of the kernel side once.</summary>
/// <param name="files">Its map.</param>
internal sealed class FileNames(BpfMap<ulong, IoFile> files)
{
    private const int Most = 1 << 16;
    private readonly Dictionary<ulong, string> _known = [];

    /// <summary>The frame of a sample's file, such as <c>[file /log/app.log on tmpfs]</c>.</summary>
    internal string Of(in ProfileKey key)
    {
        ulong id = MemoryMarshal.Read<ulong>(key.Waker);
        if (_known.TryGetValue(id, out string? name))
            return name;
        if (!files.TryGet(id, out IoFile file))
            return "[file]";
        if (_known.Count >= Most)
            _known.Clear();
        return _known[id] = Text(file);
    }

    /// <summary>Its path within its file system, and what that file system is on.</summary>
    internal static string Text(in IoFile file) => $"[file {Path(file.Path)} on {ProfileRecorder.Name(file.Device)}]";

    /// <summary>A path within a file system, the last eight parts at most, each of at most 31 bytes; <c>…</c> stands for what is missing.</summary>
    internal static string Path(in FilePath path)
    {
        ReadOnlySpan<byte> parts = MemoryMarshal.AsBytes(new ReadOnlySpan<FilePathParts>(in path.Parts));
        int length = parts.Length / PathParts;
        var names = new List<string>();
        for (int i = (int)Math.Min(path.Count, PathParts) - 1; i >= 0; i--)
        {
            ReadOnlySpan<byte> part = parts.Slice(i * length, length);
            string text = ProfileRecorder.Name(part);
            names.Add(part[length - 2] != 0 && part[length - 1] == 0 ? text + Missing : text);
        }
        return (path.IsWhole != 0 ? "/" : $"{Missing}/") + string.Join('/', names);
    }

    /// <summary>Stands for what is missing in a path.</summary>
    internal const string Missing = "…";

    private const int PathParts = 8;
}
