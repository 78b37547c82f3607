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

    /// <summary>Its path within its file system, the last eight parts at most, each of at most 31 bytes, and what that file system is on.</summary>
    internal static string Text(in IoFile file)
    {
        ReadOnlySpan<byte> parts = MemoryMarshal.AsBytes(new ReadOnlySpan<IoFileParts>(in file.Parts));
        int length = parts.Length / PathParts;
        var path = new List<string>();
        for (int i = (int)Math.Min(file.Count, PathParts) - 1; i >= 0; i--)
        {
            ReadOnlySpan<byte> part = parts.Slice(i * length, length);
            string text = ProfileRecorder.Name(part);
            path.Add(part[length - 2] != 0 && part[length - 1] == 0 ? text + "…" : text);
        }
        string beginning = file.IsWhole != 0 ? "/" : "…/";
        return $"[file {beginning}{string.Join('/', path)} on {ProfileRecorder.Name(file.Device)}]";
    }

    private const int PathParts = 8;
}
