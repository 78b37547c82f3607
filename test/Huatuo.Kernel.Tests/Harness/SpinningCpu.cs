using System.Diagnostics;
using System.IO.Pipes;
using System.Reflection;
using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Bpf.Maps;
using Huatuo.Bpf.PerfEvents;
using Huatuo.Kernel.Tests.Bpf;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A CPU that is kept in the kernel by a BPF program, until it is disposed or a time is over.</summary>
internal sealed class SpinningCpu : IDisposable
{
    private const int ProgTestRun = 10; // include/uapi/linux/bpf.h: BPF_PROG_TEST_RUN
    private static readonly nint s_bpfNumber = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;
    private readonly BpfObject _object;
    private readonly BpfMap<uint, SpinControl> _control;
    private readonly List<Task> _spinning = [];
    private CpuSampler? _clock;
    private long _until;

    private SpinningCpu(string program, uint tid)
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(SpinBpf.ObjectName)!;
        _object = BpfObject.Open("spin", image);
        try
        {
            _object.SetKnob("cfg_tid", tid);
            _object.Choose([program]);
            _object.Load();
            _control = new SpinBpf(_object).Control;
        }
        catch
        {
            _object.Dispose();
            throw;
        }
    }

    /// <summary>The thread that spins.</summary>
    internal int Tid { get; private set; }

    /// <summary>A thread that runs in the kernel without being preempted; returns when it does.</summary>
    /// <param name="cpu">Where.</param>
    /// <param name="atMost">It ends then by itself.</param>
    internal static async Task<SpinningCpu> InKernel(int cpu, TimeSpan atMost)
    {
        var spin = new SpinningCpu(SpinBpf.Programs.Spin, tid: 0);
        int fd = spin._object.LoadedPrograms().Single().Fd;
        new BpfMap<uint, int>("again", spin._object.MapFd("again")).Set(0, fd);
        spin.Until(atMost);
        spin._spinning.Add(PinnedThread.Run(cpu, () =>
        {
            spin.Tid = Native.gettid();
            return TestRun(fd, cpu);
        }));
        while (spin.Rounds == 0 && !spin._spinning[0].IsCompleted)
            await Task.Yield();
        return spin;
    }

    /// <summary>
    /// A thread that has interrupts off while it wakes another one, by writing into a pipe.
    /// </summary>
    /// <param name="cpu">Where.</param>
    /// <param name="time">For how long.</param>
    /// <param name="again">Whether to do it once more.</param>
    /// <returns>The thread, and the longest time that it took by its own clock.</returns>
    internal static Task<(int Tid, TimeSpan Longest)> InterruptsOff(int cpu, TimeSpan time, Func<bool> again) => PinnedThread.Run(cpu, () =>
    {
        int tid = Native.gettid();
        using var spin = new SpinningCpu(SpinBpf.Programs.Hold, (uint)tid);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        (int written, int read) = (0, 0);
        // On the same CPU, so that it sleeps when the writer goes on: who finds the next byte there already is not woken.
        Task<int> reader = PinnedThread.Run(cpu, () =>
        {
            while (end.ReadByte() >= 0)
                Interlocked.Increment(ref read);
            return 0;
        });
        using BpfLink link = spin._object.Attach(SpinBpf.Programs.Hold);
        TimeSpan longest = TimeSpan.Zero;
        do
        {
            ulong before = spin.Rounds;
            long start = Stopwatch.GetTimestamp();
            // A thread that was kept from its CPU comes too late, and holds nothing up.
            while (spin.Rounds == before)
            {
                spin.Until(time);
                pipe.WriteByte(0);
                written++;
                while (Volatile.Read(ref read) != written)
                    Thread.Yield();
            }
            if (Stopwatch.GetElapsedTime(start) is var took && took > longest)
                longest = took;
        }
        while (again());
        pipe.Dispose();
        reader.Wait();
        return (tid, longest);
    });

    /// <summary>A CPU that takes no interrupt, as it stays in one of a timer; returns when it does.</summary>
    /// <param name="cpu">Where; not the caller's.</param>
    /// <param name="atMost">It ends then by itself.</param>
    internal static SpinningCpu InInterrupt(int cpu, TimeSpan atMost)
    {
        var spin = new SpinningCpu(SpinBpf.Programs.Stay, tid: 0);
        try
        {
            spin._clock = CpuSampler.StartClock(cpu, TimeSpan.FromMilliseconds(1), spin._object.LoadedPrograms().Single());
            // An emulated CPU may take its first interrupt when the time is over.
            for (int attempt = 0; attempt < 20; attempt++)
            {
                spin.Until(atMost);
                if (SpinWait.SpinUntil(() => spin.Rounds > 0, atMost))
                    return spin;
            }
            throw new TimeoutException($"the clock of CPU {cpu} does not tick");
        }
        catch
        {
            spin.Dispose();
            throw;
        }
    }

    /// <summary>Sends data that a CPU is to take up, which takes no interrupt for a while.</summary>
    /// <param name="cpu">The CPU; not the caller's.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="send">Sends so many bytes.</param>
    /// <param name="receive">Receives so many bytes.</param>
    internal static LateArrival InInterruptWhile(int cpu, int bytes, Action<int> send, Action<int> receive)
    {
        using SpinningCpu spin = InInterrupt(cpu, TimeSpan.FromMilliseconds(500));
        long sending = LateArrival.Now;
        send(bytes);
        long sent = LateArrival.Now;
        LateArrival.Wait();
        // Where the sender itself was kept from its CPU, the other's time was over before.
        long letting = Math.Min(LateArrival.Now, spin._until);
        spin.Stop();
        receive(bytes);
        return LateArrival.Of(bytes, sending, sent, letting, LateArrival.Now);
    }

    /// <summary>Has interrupts off from where a thread raises the softirq of received packets, so that it is served late.</summary>
    /// <param name="cpu">Where.</param>
    /// <param name="time">For how long.</param>
    /// <param name="raise">What raises it, on the thread that calls it.</param>
    /// <returns>How often the loop went round.</returns>
    internal static Task<ulong> AfterRaise(int cpu, TimeSpan time, Action raise) => PinnedThread.Run(cpu, () =>
    {
        using var spin = new SpinningCpu(SpinBpf.Programs.Delay, (uint)Native.gettid());
        using BpfLink link = spin._object.Attach(SpinBpf.Programs.Delay);
        // Once without, to have the code compiled.
        raise();
        spin.Until(time);
        raise();
        return spin.Rounds;
    });

    /// <summary>How often the loop went round.</summary>
    internal ulong Rounds => _control.TryGet(0, out SpinControl now) ? now.Rounds : 0;

    public void Dispose()
    {
        Stop();
        Task.WaitAll([.. _spinning]);
        _clock?.Dispose();
        _object.Dispose();
    }

    private void Stop() => _control.Set(0, default);

    // bpf_ktime_get_ns and Stopwatch are the same clock.
    private void Until(TimeSpan time)
    {
        _until = Stopwatch.GetTimestamp() + time.Ticks * 100;
        _control.Set(0, new SpinControl { UntilNs = (ulong)_until });
    }

    /// <summary>Runs a raw tracepoint's program once (5.10; net/bpf/test_run.c: bpf_prog_test_run_raw_tp).</summary>
    private static unsafe int TestRun(int program, int cpu)
    {
        const int words = 20;
        uint* attributes = stackalloc uint[words];
        new Span<uint>(attributes, words).Clear();
        attributes[0] = (uint)program;
        return Native.Check((int)Native.syscall(s_bpfNumber, ProgTestRun, (nint)attributes, words * sizeof(uint)), $"spin on CPU {cpu}");
    }
}
