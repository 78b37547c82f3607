using Huatuo.Bpf.Interop;
using Huatuo.Linux;

namespace Huatuo.Bpf.Features;

/// <summary>What the running kernel can do, found by asking it, once.</summary>
/// <param name="Release">Its release.</param>
/// <param name="Bpf">BPF programs may be loaded by this process.</param>
/// <param name="Btf">The kernel describes its types.</param>
/// <param name="RingBuffer">BPF_MAP_TYPE_RINGBUF, 5.8.</param>
/// <param name="AtomicFetch">Atomics that return the old value, 5.12.</param>
/// <param name="Kprobes">The kprobe PMU exists.</param>
/// <param name="Tracefs">Where the tracepoints' directory is, or null when tracefs is not mounted.</param>
/// <param name="PreemptCount">How programs tell a task from an interrupt.</param>
public sealed record KernelFeatures(
    KernelRelease Release,
    bool Bpf,
    bool Btf,
    bool RingBuffer,
    bool AtomicFetch,
    bool Kprobes,
    string? Tracefs,
    PreemptCount PreemptCount)
{
    private const int ProgramTypeSocketFilter = 1;
    private const int MapTypeArray = 2;
    private const int MapTypeRingBuffer = 27;

    /// <summary>
    /// Whether this process may open perf events of the kernel: kprobes, plain tracepoints and CPU clocks are such. CAP_PERFMON
    /// allows it since 5.8, but not where a distribution's own patch asks for CAP_SYS_ADMIN when
    /// <c>kernel.perf_event_paranoid</c> is above 2, as Debian and Ubuntu do.
    /// </summary>
    public bool PerfEvents { get; init; } = true;

    /// <summary>CPUs have a counter of the cycles that they run, which this process may open; most virtual ones have none.</summary>
    public bool Cycles { get; init; }

    /// <summary>BPF programs can be attached to the kernel's functions, 5.5; tried when it is first asked for, since that takes a while.</summary>
    public Lazy<bool> FunctionHooks { get; init; } = new(() => false);

    /// <summary>Where its file systems are.</summary>
    public SystemRoots Roots { get; init; } = SystemRoots.Host;

    /// <summary>Asks the kernel.</summary>
    /// <param name="release">Its release.</param>
    /// <param name="btf">Its types, or null.</param>
    public static KernelFeatures Probe(KernelRelease release, KernelBtf? btf)
    {
        int tried = btf?.FunctionId(Features.FunctionHooks.Tried) ?? -1;
        return new KernelFeatures(
            release,
            Bpf: CreatesMap(MapTypeArray, 4, 4, 1),
            Btf: btf is not null,
            RingBuffer: CreatesMap(MapTypeRingBuffer, 0, 0, (uint)Environment.SystemPageSize),
            AtomicFetch: LoadsAtomicFetch(),
            Kprobes: File.Exists("/sys/bus/event_source/devices/kprobe/type"),
            Tracefs: FindTracefs(),
            PreemptCount: PreemptCount.Find(btf))
        {
            PerfEvents = OpensPerfEvents(),
            Cycles = OpensCycles(),
            FunctionHooks = new Lazy<bool>(() => Features.FunctionHooks.Attaches(tried)),
        };
    }

    // Any other refusal is no statement about permission.
    private static bool OpensPerfEvents()
    {
        try
        {
            PerfEventAttributes.OfClock.Open(cpu: 0, "CPU clock").Dispose();
            return true;
        }
        catch (BpfException refused)
        {
            return !refused.IsPermission;
        }
    }

    private static bool OpensCycles()
    {
        try
        {
            PerfEventAttributes.OfCycles.Open(cpu: 0, "counter of cycles").Dispose();
            return true;
        }
        catch (BpfException)
        {
            return false;
        }
    }

    private static string? FindTracefs()
    {
        foreach (string path in (ReadOnlySpan<string>)["/sys/kernel/tracing", "/sys/kernel/debug/tracing"])
            if (Directory.Exists(Path.Combine(path, "events")))
                return path;
        return null;
    }

    private static unsafe bool CreatesMap(int type, uint keySize, uint valueSize, uint entries)
    {
        int fd = LibBpf.bpf_map_create(type, null, keySize, valueSize, entries, null);
        if (fd < 0)
            return false;
        new FileHandle(fd).Dispose();
        return true;
    }

    // r1 = 1; *(u64 *)(r10 - 8) = r1; r1 = atomic_fetch_add(r10 - 8, r1); r0 = 0; exit
    private static unsafe bool LoadsAtomicFetch()
    {
        ReadOnlySpan<ulong> program =
        [
            0x00000001_0000_01b7,
            0x00000000_fff8_1a7b,
            0x00000001_fff8_1adb,
            0x00000000_0000_00b7,
            0x00000000_0000_0095,
        ];
        fixed (ulong* instructions = program)
        {
            int fd = LibBpf.bpf_prog_load(ProgramTypeSocketFilter, null, "GPL", instructions, (nuint)program.Length, null);
            if (fd < 0)
                return false;
            new FileHandle(fd).Dispose();
            return true;
        }
    }
}
