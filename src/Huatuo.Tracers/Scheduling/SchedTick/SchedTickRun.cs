using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>One run of <c>sched_tick</c>: its filter in the kernel, and its records.</summary>
internal sealed class SchedTickRun(SchedTickOptions options, TracerServices services) : IEventTracer
{
    private ulong _thresholdNs = (ulong)options.IntervalThreshold.Ticks * 100;

    public BpfObject Open()
    {
        TickTimer timer = TickTimer.Find(services.ProcRoot);
        if (timer.Function == 0)
            throw new InvalidDataException("the tick's timer is not among the kernel's symbols: they are hidden by kernel.kptr_restrict, or reading them needs CAP_SYSLOG");
        _thresholdNs = timer.ThresholdNs(options.IntervalThreshold);
        using KernelBtf? btf = KernelBtf.TryOpen();
        BpfObject opened = BpfImages.Open(SchedTickBpf.ObjectName);
        _ = new SchedTickBpf(opened)
        {
            TickFunction = timer.Function,
            PeriodNs = timer.PeriodNs,
            IntervalThresholdNs = _thresholdNs,
            CpustatOffset = PerCpuOffset.FromRunQueue(btf, "kernel_cpustat"),
        };
        return opened;
    }

    public void Loaded()
    {
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < SchedTickRecord.Size)
            return false;
        ref readonly SchedTickRecord tick = ref MemoryMarshal.AsRef<SchedTickRecord>(record);
        if (!RecordStack.TryFind(record, SchedTickRecord.Size, tick.Header, out ReadOnlySpan<ulong> addresses))
            return false;
        StackText stack = services.Stacks.Find(addresses, location: 0);
        EventWho who = services.Identity.Resolve(tick.Header, socketCgroupId: 0);
        output.Emit(tick.Header.MonotonicNs, who.Container, stack, new SchedTickEvent(in tick, _thresholdNs, who, stack));
        return true;
    }
}
