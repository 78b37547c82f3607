using System.Buffers.Binary;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>A program in the kernel.</summary>
/// <param name="Name">Its function name.</param>
/// <param name="Fd">A descriptor that belongs to the object.</param>
public readonly record struct BpfProgram(string Name, int Fd)
{
    // Offsets in struct bpf_prog_info, include/uapi/linux/bpf.h; recursion_misses since 5.12.
    private const int InfoBytes = 256;
    private const int RunTime = 192;
    private const int RunCount = 200;
    private const int RecursionMisses = 208;

    /// <summary>Reads the kernel's statistics; run time and count move only while they are enabled.</summary>
    /// <returns>Null when the kernel refuses.</returns>
    public unsafe BpfProgramStatistics? Statistics()
    {
        byte* info = stackalloc byte[InfoBytes];
        new Span<byte>(info, InfoBytes).Clear();
        uint length = InfoBytes;
        if (LibBpf.bpf_obj_get_info_by_fd(Fd, info, &length) != 0)
            return null;
        var span = new ReadOnlySpan<byte>(info, InfoBytes);
        return new BpfProgramStatistics(
            BinaryPrimitives.ReadUInt64LittleEndian(span[RunTime..]),
            BinaryPrimitives.ReadUInt64LittleEndian(span[RunCount..]),
            BinaryPrimitives.ReadUInt64LittleEndian(span[RecursionMisses..]));
    }
}

/// <summary>What the kernel counted of one program.</summary>
/// <param name="RunTimeNanoseconds">Time in it while statistics were enabled.</param>
/// <param name="RunCount">Runs while statistics were enabled.</param>
/// <param name="RecursionMisses">Hits that the kernel skipped, since the program was running on that CPU already.</param>
public readonly record struct BpfProgramStatistics(ulong RunTimeNanoseconds, ulong RunCount, ulong RecursionMisses);
