using System.Reflection;
using Huatuo.Bpf;
using Huatuo.Bpf.Filters;
using Huatuo.Bpf.Maps;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>A filter in the kernel, asked about bytes by <c>BPF_PROG_TEST_RUN</c>.</summary>
internal sealed class FilterProgram : IDisposable
{
    private readonly BpfObject _object;
    private readonly BpfMap<uint, FilterPacket> _packets;
    private readonly IReadOnlyList<BpfProgram> _programs;
    private FilterPacket _packet;

    private FilterProgram(BpfObject opened)
    {
        _object = opened;
        try
        {
            opened.Load();
            _packets = new FilterBpf(opened).Packets;
            _programs = opened.LoadedPrograms();
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    internal static FilterProgram Load(PacketFilter? filter) => Load(image => BpfObject.Open("filter", image, filter));

    internal static FilterProgram Load(IReadOnlyList<ClassicInstruction> program) => Load(image =>
    {
        BpfObject opened = BpfObject.Open("filter", image, [new FunctionBody("filter_raw", ClassicTranslation.Translate([.. program]))]);
        opened.SetKnob("cfg_filter_raw", (byte)1);
        return opened;
    });

    internal uint AskRaw(ReadOnlySpan<byte> packet, int whole) => Ask(FilterBpf.Programs.AskRaw, packet, whole);

    internal uint AskEthernet(ReadOnlySpan<byte> packet, int whole) => Ask(FilterBpf.Programs.AskEthernet, packet, whole);

    public void Dispose() => _object.Dispose();

    private static FilterProgram Load(Func<UnmanagedMemoryStream, BpfObject> open)
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(FilterBpf.ObjectName)!;
        return new FilterProgram(open(image));
    }

    // What is beyond the packet stays what the packets before it left there.
    private uint Ask(string program, ReadOnlySpan<byte> packet, int whole)
    {
        packet.CopyTo(_packet.Bytes);
        (_packet.Length, _packet.Whole) = ((uint)packet.Length, (uint)whole);
        _packets.Set(0, _packet);
        return BpfIds.Run(_programs.Single(loaded => loaded.Name == program).Fd);
    }
}
