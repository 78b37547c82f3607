using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Features;

/// <summary>Whether BPF programs can be attached to the kernel's functions (fentry and fexit, 5.5; arm64 6.4).</summary>
internal static unsafe class FunctionHooks
{
    // include/uapi/linux/bpf.h
    private const int ProgramTypeTracing = 26;
    private const uint AttachFunctionExit = 25;

    /// <summary>A function that nothing but the kernel's own tests calls (net/bpf/test_run.c).</summary>
    internal const string Tried = "bpf_fentry_test1";

    /// <summary>Attaches a program that does nothing, and detaches it in the background.</summary>
    /// <param name="function">The type id of the function; negative when the kernel describes none.</param>
    /// <returns>False where the kernel refuses, as one without CONFIG_FUNCTION_TRACER does, or one whose policy it is.</returns>
    internal static bool Attaches(int function)
    {
        if (function < 0)
            return false;
        // r0 = 0; exit
        ReadOnlySpan<ulong> program = [0x00000000_0000_00b7, 0x00000000_0000_0095];
        var options = new LibBpf.ProgramOptions
        {
            Size = (nuint)sizeof(LibBpf.ProgramOptions),
            ExpectedAttachType = AttachFunctionExit,
            AttachFunction = (uint)function,
        };
        fixed (ulong* instructions = program)
        {
            int loaded = LibBpf.bpf_prog_load(ProgramTypeTracing, null, "GPL", instructions, (nuint)program.Length, &options);
            if (loaded < 0)
                return false;
            using var handle = new FileHandle(loaded);
            int attached = LibBpf.bpf_raw_tracepoint_open(null, handle.Fd);
            if (attached < 0)
                return false;
            var link = new FileHandle(attached);
            // The kernel lets go of a function only when every task has left it, which takes some 100 ms.
            _ = Task.Run(link.Dispose);
            return true;
        }
    }
}
