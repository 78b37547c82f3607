using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Scheduling.CpuStacks;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>One run of <c>softlockup</c> with a program in the watchdog's own context.</summary>
internal sealed class SoftlockupRun(SoftlockupOptions options, TracerServices services) : IEventTracer, IDisposable
{
    private readonly RunningTasks _running = new(services.Stacks.Symbols, services.Time, services.ProcRoot);
    private readonly EventBackoff _backoff = new(options.Backoff, options.BackoffMax, options.BackoffQuiet, services.Time);

    public BpfObject Open() => BpfImages.Open(SoftlockupBpf.ObjectName);

    public void Loaded() => _running.Load();

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < SoftlockupRecord.Size)
            return false;
        ref readonly SoftlockupRecord lockup = ref MemoryMarshal.AsRef<SoftlockupRecord>(record);
        if (!RecordStack.TryFind(record, SoftlockupRecord.Size, lockup.Header, out ReadOnlySpan<ulong> addresses) || !TryTime(in lockup, out uint? seconds))
            return false;
        services.Counters.Add(SoftlockupTracer.Lockups, 1);
        if (!_backoff.Passes())
        {
            output.Suppress(SuppressReason.Backoff);
            return true;
        }
        // At once: it may end while other things are looked up.
        byte[] cpus = _running.Stacks((int)Math.Min(lockup.Header.Cpu, int.MaxValue));
        StackText stack = services.Stacks.Find(addresses, location: 0);
        EventWho who = services.Identity.Resolve(lockup.Header, socketCgroupId: 0);
        output.Emit(lockup.Header.MonotonicNs, who.Container, stack, new SoftlockupEvent(who, seconds, stack, cpus));
        return true;
    }

    public void Dispose() => _running.Dispose();

    private static bool TryTime(in SoftlockupRecord lockup, out uint? seconds)
    {
        ReadOnlySpan<byte> text = lockup.Message;
        seconds = null;
        if (lockup.MessageBytes == 0)
            return true;
        bool known = SoftlockupMessage.TryParse(text[..(int)Math.Min(lockup.MessageBytes, (uint)text.Length)], out SoftlockupMessage message, out _);
        seconds = message.Seconds;
        return known;
    }
}
