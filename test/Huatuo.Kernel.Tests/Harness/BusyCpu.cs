using System.Reflection;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Kernel.Tests.Bpf;
using Huatuo.Linux;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A CPU that serves no softirq for a while: a BPF program spins on it, which the kernel runs with softirqs disabled.</summary>
internal sealed class BusyCpu : IDisposable
{
    private readonly BpfObject _object;
    private readonly BusyBpf _bpf;
    private readonly Task<int> _spinning;

    /// <summary>Returns when the CPU is busy; it is for half a second at most.</summary>
    internal BusyCpu(int cpu)
    {
        _object = Load();
        _bpf = new BusyBpf(_object);
        int program = _object.LoadedPrograms().Single().Fd;
        _spinning = PinnedThread.Run(cpu, () => Run(program));
        while (State.BeganNs == 0 && !_spinning.IsCompleted)
            Thread.Yield();
    }

    /// <summary>Skips the test on a kernel where a program cannot loop for so long.</summary>
    internal static void SkipUnlessPossible()
    {
        try
        {
            Load().Dispose();
        }
        catch (BpfException) when (KernelRelease.TryRead(out KernelRelease release) && !release.Since(5, 17))
        {
            Assert.Skip("this kernel lacks bpf_loop (5.17)");
        }
    }

    /// <summary>Skips the test on a kernel that serves softirqs on the CPU after an interrupt all the same.</summary>
    internal static void SkipUnlessSoftirqsWait()
    {
        SkipUnlessPossible();
        // Came with the disabling of softirqs in bpf_test_run (net/bpf/test_run.c).
        using KernelBtf? btf = KernelBtf.TryOpen();
        Assert.SkipUnless(btf!.TryMemberOffset("task_struct", "bpf_net_context", out _), "this kernel lacks BPF_PROG_TEST_RUN with softirqs disabled (6.11)");
    }

    private BusyState State => _bpf.Busy.TryGet(0, out BusyState state) ? state : default;

    /// <summary>Sends data that a CPU is to take up, which does so late.</summary>
    /// <param name="cpu">The CPU; not the caller's.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="send">Sends so many bytes.</param>
    /// <param name="receive">Receives so many bytes.</param>
    internal static LateArrival While(int cpu, int bytes, Action<int> send, Action<int> receive)
    {
        using var busy = new BusyCpu(cpu);
        long sending = LateArrival.Now;
        send(bytes);
        long sent = LateArrival.Now;
        LateArrival.Wait();
        long letting = busy.Release();
        receive(bytes);
        return LateArrival.Of(bytes, sending, sent, letting, LateArrival.Now);
    }

    /// <summary>Lets the CPU go.</summary>
    /// <returns>Until when it was busy, CLOCK_MONOTONIC.</returns>
    private long Release()
    {
        Stop();
        _spinning.Wait();
        return (long)State.EndedNs;
    }

    public void Dispose()
    {
        Stop();
        _spinning.Wait();
        _object.Dispose();
    }

    // The program writes when it began before it looks at this.
    private void Stop() => _bpf.Busy.Set(0, State with { Stop = 1 });

    private static BpfObject Load()
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream("busy.bpf.o")!;
        BpfObject opened = BpfObject.Open("busy", image);
        try
        {
            opened.Load();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static unsafe int Run(int program)
    {
        byte* packet = stackalloc byte[64];
        return BpfIds.TestRun(program, packet, 64);
    }
}
