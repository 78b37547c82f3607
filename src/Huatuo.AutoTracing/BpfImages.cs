using System.Reflection;
using Huatuo.Bpf;

namespace Huatuo.AutoTracing;

/// <summary>The BPF objects embedded in this assembly.</summary>
internal static class BpfImages
{
    /// <summary>Opens an object by the name of its file.</summary>
    /// <param name="file">Such as <c>iofiles.bpf.o</c>.</param>
    /// <exception cref="BpfException">It is not a BPF object.</exception>
    internal static BpfObject Open(string file)
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
        return BpfObject.Open(file[..file.IndexOf('.', StringComparison.Ordinal)], image);
    }
}
