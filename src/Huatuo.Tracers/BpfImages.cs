using System.Reflection;
using Huatuo.Bpf;
using Huatuo.Bpf.Filters;

namespace Huatuo.Tracers;

/// <summary>The BPF objects embedded in this assembly.</summary>
internal static class BpfImages
{
    /// <summary>Opens an object by the name of its file.</summary>
    /// <param name="file">Such as <c>dropwatch.bpf.o</c>.</param>
    /// <param name="filter">Of programs that ask a packet filter.</param>
    /// <exception cref="BpfException">It is not a BPF object.</exception>
    internal static BpfObject Open(string file, PacketFilter? filter = null)
    {
        const int longest = 15;
        string name = file[..file.IndexOf('.', StringComparison.Ordinal)];
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
        return BpfObject.Open(name.Length > longest ? name[..longest] : name, image, filter);
    }
}
