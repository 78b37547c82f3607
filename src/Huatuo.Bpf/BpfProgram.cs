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

    /// <summary>Runs a program of a raw tracepoint once (5.10; net/bpf/test_run.c: bpf_prog_test_run_raw_tp).</summary>
    /// <param name="arguments">The tracepoint's, twelve at most.</param>
    /// <param name="cpu">Where, in whatever runs there; negative for the calling thread.</param>
    /// <returns>0, or the errno of the refusal.</returns>
    public unsafe int Run(ReadOnlySpan<ulong> arguments, int cpu = -1)
    {
        const int mostArguments = 12;
        const uint onCpu = 1;
        // The kernel wants room for as many as the program reads.
        Span<ulong> context = stackalloc ulong[mostArguments];
        context.Clear();
        arguments.CopyTo(context);
        fixed (ulong* input = context)
        {
            var options = new LibBpf.TestRunOptions
            {
                Size = (nuint)sizeof(LibBpf.TestRunOptions),
                Context = input,
                ContextBytes = mostArguments * sizeof(ulong),
                Flags = cpu < 0 ? 0 : onCpu,
                Cpu = cpu < 0 ? 0 : (uint)cpu,
            };
            return -LibBpf.bpf_prog_test_run_opts(Fd, &options);
        }
    }

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
