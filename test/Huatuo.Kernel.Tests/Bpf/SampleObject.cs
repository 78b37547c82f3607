using System.Reflection;
using Huatuo.Bpf;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>The object <c>sample.bpf.o</c>.</summary>
internal static class SampleObject
{
    internal static BpfObject Open()
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream("sample.bpf.o")!;
        return BpfObject.Open("sample", image);
    }

    internal static BpfObject Load(string program = "counts")
    {
        BpfObject opened = Open();
        try
        {
            opened.SetKnob("cfg_number", 42u);
            opened.SetKnob("cfg_list", (ReadOnlySpan<ushort>)[1, 2, 3]);
            opened.Choose([program]);
            opened.Load();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }
}
