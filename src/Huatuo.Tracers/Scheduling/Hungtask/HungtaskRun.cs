using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Scheduling.CpuStacks;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>One run of <c>hungtask</c>.</summary>
internal sealed class HungtaskRun(HungtaskOptions options, TracerServices services) : IEventTracer, IDisposable
{
    private readonly RunningTasks _running = new(services.Stacks.Symbols, services.Time, services.ProcRoot);
    private readonly BlockedTasks _blocked = new(services.ProcRoot);
    private readonly EventBackoff _backoff = new(options.Backoff, options.BackoffMax, options.BackoffQuiet, services.Time);

    public BpfObject Open() => BpfImages.Open(HungtaskBpf.ObjectName);

    public void Loaded() => _running.Load();

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < HungtaskRecord.Size)
            return false;
        ref readonly HungtaskRecord hang = ref MemoryMarshal.AsRef<HungtaskRecord>(record);
        if (!RecordStack.TryFind(record, HungtaskRecord.Size, hang.Header, out ReadOnlySpan<ulong> addresses))
            return false;
        services.Counters.Add(HungtaskTracer.Hangs, 1);
        if (!_backoff.Passes())
        {
            output.Suppress(SuppressReason.Backoff);
            return true;
        }
        byte[] cpus = _running.Stacks(first: -1);
        StackText stack = services.Stacks.Find(addresses, location: 0);
        EventWho who = services.Identity.Resolve(hang.Header, socketCgroupId: 0);
        output.Emit(hang.Header.MonotonicNs, who.Container, stack, new HungtaskEvent(who, stack, _blocked.TimeoutSeconds(), cpus, _blocked.Stacks()));
        return true;
    }

    public void Dispose() => _running.Dispose();
}
