using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>One run of <c>oom</c>.</summary>
internal sealed class OomRun : IEventTracer
{
    private readonly TracerServices _services;
    private readonly CgroupMemory _memory;

    internal OomRun(TracerServices services)
    {
        _services = services;
        var mounts = CgroupMounts.Load(services.ProcRoot);
        _memory = new CgroupMemory(mounts.MemoryV1Path ?? mounts.UnifiedPath, mounts.MemoryV1Path is not null);
    }

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(OomBpf.ObjectName);
        _ = new OomBpf(opened) { WakeEach = true };
        return opened;
    }

    public void Loaded()
    {
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < OomRecord.Size)
            return false;
        ref readonly OomRecord oom = ref MemoryMarshal.AsRef<OomRecord>(record);
        if (!RecordStack.TryFind(record, OomRecord.Size, oom.Header, out ReadOnlySpan<ulong> addresses))
            return false;
        // The victim's files first: it is about to go.
        OomSideFacts victim = oom.Victim.Tgid == 0
            ? Gone(oom.Victim.Tid)
            : Facts(oom.Victim, oom.VictimSide);
        OomSideFacts trigger = oom.Victim.CgroupId == oom.Header.CgroupId && oom.Victim.CgroupId != 0
            ? victim with { Css = oom.Header.MemoryCgroupCss, Pid = oom.Header.Tgid, Comm = Text(oom.Header.Comm) }
            : Facts(oom.Header, oom.TriggerSide);
        HostMemory host = HostMemory.Read(_services.ProcRoot);
        StackText stack = _services.Stacks.Find(addresses, 0);
        string scope = OomScope.Of(stack.Literal);
        _services.Counters.Add(OomTracer.Kills, 1, scope);
        output.Emit(oom.Header.MonotonicNs, victim.Cgroup?.Container, stack, new OomEvent(scope, trigger, victim, host, stack));
        return true;
    }

    private OomSideFacts Facts(in EventHeader header, in OomSide side)
    {
        string name = Text(side.CgroupName);
        Cgroup? cgroup = _services.Identity.Find(header.CgroupId) ?? (name.Length > 0 ? _services.Identity.FindPath(name) : null);
        var reading = header.MemoryCgroupCss == 0 ? (MemoryReading?)null : new MemoryReading(MemoryReading.Bytes(side.UsagePages), MemoryReading.Bytes(side.MaxPages));
        return new OomSideFacts(header.MemoryCgroupCss, header.Tgid, Text(header.Comm), cgroup, _memory.Read(cgroup, reading));
    }

    // Kernels that name the victim by its tid alone: what /proc still tells.
    private OomSideFacts Gone(uint tid)
    {
        VictimProcess process = VictimProcess.Read(_services.ProcRoot, tid, _memory.IsV1);
        Cgroup? cgroup = process.CgroupPath is { } path ? _services.Identity.FindPath(path) : null;
        return new OomSideFacts(0, process.Pid, process.Comm, cgroup, _memory.Read(cgroup, null));
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(EventWho.ZeroTerminated(text));
}
