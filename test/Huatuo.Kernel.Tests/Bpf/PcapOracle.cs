using System.Runtime.InteropServices;
using Huatuo.Bpf.Filters;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>libpcap's own filter in user space.</summary>
internal static unsafe partial class PcapOracle
{
    private const string Library = "libpcap.so.0.8";

    /// <summary>What libpcap answers about a packet of which only the first bytes are there.</summary>
    internal static uint Ask(ClassicInstruction[] program, ReadOnlySpan<byte> packet, int whole)
    {
        fixed (ClassicInstruction* instructions = program)
        fixed (byte* bytes = packet)
        {
            var filter = new Program { Length = (uint)program.Length, Instructions = instructions };
            var header = new Header { Captured = (uint)packet.Length, Length = (uint)whole };
            return (uint)pcap_offline_filter(&filter, &header, bytes);
        }
    }

    [LibraryImport(Library)]
    private static partial int pcap_offline_filter(Program* program, Header* header, byte* packet);

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public uint Length;
        public ClassicInstruction* Instructions;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public nint Seconds;
        public nint Microseconds;
        public uint Captured;
        public uint Length;
    }
}
