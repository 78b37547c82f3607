using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Bpf.Maps;
using Huatuo.Bpf.Rings;
using Huatuo.Linux;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Flow.Containers;

/// <summary>
/// Hears of cgroups and first processes from the kernel as they come and go, on a thread of its own: the raw tracepoints
/// <c>cgroup_mkdir</c>, <c>cgroup_rmdir</c>, <c>sched_process_exec</c> and, where namespaces have no cookies, <c>sched_process_exit</c> (all
/// since 4.14), through a BPF ring buffer (5.8).
/// </summary>
internal sealed class ContainerWatch : IRecordHandler, IDisposable
{
    private const uint RingBytes = 1 << 18;
    private const int CatchUpRecords = 1024;
    private readonly ContainerRegistry _registry;
    private readonly TimeProvider _time;
    private readonly BpfMap<uint, ulong> _lost;
    private readonly BpfObject _object;
    private readonly List<BpfLink> _links = [];
    private readonly LockedRing _ring;
    private readonly RingPump _pump;

    private ContainerWatch(ContainerRegistry registry, BpfObject opened, TimeProvider time)
    {
        _registry = registry;
        _time = time;
        _object = opened;
        _ring = new LockedRing(new RingBuffer(opened.MapFd(ContainerWatchBpf.Maps.Changes), RingBytes));
        _pump = new RingPump(time, "huatuo-cgroups");
        _lost = new ContainerWatchBpf(opened).Lost;
    }

    /// <summary>Records that found no room in the ring, so far; a call to the kernel.</summary>
    internal long Lost => _lost.TryGet(0, out ulong lost) ? (long)lost : 0;

    /// <summary>Loads, attaches and reads.</summary>
    /// <param name="registry">Learns of it.</param>
    /// <param name="mounts">Which hierarchy counts.</param>
    /// <param name="time">Time.</param>
    /// <param name="broken">Called when the ring broke: the file system must be read from now on.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static async Task<ContainerWatch> StartAsync(ContainerRegistry registry, CgroupMounts mounts, TimeProvider time, Action broken)
    {
        BpfObject opened = Open();
        ContainerWatch? watch = null;
        try
        {
            List<string> programs = [ContainerWatchBpf.Programs.CgroupMade, ContainerWatchBpf.Programs.CgroupRemoved, ContainerWatchBpf.Programs.InitStarted];
            if (!KernelRelease.TryRead(out KernelRelease release) || !release.Since(5, 12))
                programs.Add(ContainerWatchBpf.Programs.InitEnded);
            _ = new ContainerWatchBpf(opened) { Hierarchy = mounts.IdentityHierarchy };
            opened.Choose(programs);
            opened.Load();
            watch = new ContainerWatch(registry, opened, time);
            await watch._pump.AddAsync(watch._ring, watch, _ => broken()).ConfigureAwait(false);
            foreach (string program in programs)
                watch._links.Add(opened.Attach(program));
            registry.CatchUpBy(watch.CatchUp);
            return watch;
        }
        catch
        {
            if (watch is null)
                opened.Dispose();
            watch?.Dispose();
            throw;
        }
    }

    /// <summary>Takes in what lies in the ring now; bounded.</summary>
    internal void CatchUp()
    {
        if (!_ring.IsEmpty)
            _ring.Drain(this, CatchUpRecords);
    }

    /// <inheritdoc/>
    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (record.Length < ContainerRecord.Size)
            return;
        ref readonly ContainerRecord change = ref MemoryMarshal.AsRef<ContainerRecord>(record);
        ReadOnlySpan<byte> text = record[ContainerRecord.Size..];
        string value = Encoding.UTF8.GetString(text[..(int)Math.Min(change.TextBytes, (uint)text.Length)]);
        switch ((ContainerChange)change.Change)
        {
            case ContainerChange.CgroupMade:
                _registry.Exists(change.CgroupId, value, _time.GetUtcNow());
                break;
            case ContainerChange.CgroupRemoved:
                _registry.Removed(change.CgroupId, value, change.MonotonicNs);
                break;
            case ContainerChange.InitStarted when _registry.Heard(change.CgroupId)?.Container is { IsLive: true } container && !IsWithin(change.PidLevel, container.Init):
                container.Tell(NameSource.Kernel, new ContainerNames { Hostname = value });
                _registry.Began(container, new ContainerInit((int)change.Tgid, change.NetnsInum, change.NetnsCookie, _time.GetUtcNow()) { PidLevel = (int)change.PidLevel }, change.MonotonicNs);
                break;
            case ContainerChange.InitEnded when _registry.Heard(change.CgroupId)?.Container is { } container:
                _registry.InitEnded(container, (int)change.Tgid, change.MonotonicNs);
                break;
        }
    }

    public void Dispose()
    {
        foreach (BpfLink link in _links)
            link.Dispose();
        _registry.CatchUpBy(() => { });
        _pump.Dispose();
        _ring.Dispose();
        _object.Dispose();
    }

    // A process 1 of a namespace within the container's is not the container's. One that was found in the host's may be the runtime's own.
    private static bool IsWithin(uint level, ContainerInit? known) => known is { PidLevel: > 0 } && level > known.PidLevel;

    private static BpfObject Open()
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(ContainerWatchBpf.ObjectName)!;
        return BpfObject.Open("container_watch", image);
    }
}
