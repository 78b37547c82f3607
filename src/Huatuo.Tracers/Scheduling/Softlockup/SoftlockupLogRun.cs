using System.Text;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Linux.Kmsg;
using Huatuo.Tracers.Scheduling.CpuStacks;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>One run of <c>softlockup</c> that reads the kernel log. It tells who was there, but not in what context.</summary>
internal sealed class SoftlockupLogRun(SoftlockupOptions options, TracerServices services) : ISourceTracer, IDisposable
{
    private readonly RunningTasks _running = new(services.Stacks.Symbols, services.Time, services.ProcRoot);
    private readonly KernelClock _clock = new();
    private readonly ThreadProcess _processes = new(services.ProcRoot);
    private readonly EventBackoff _backoff = new(options.Backoff, options.BackoffMax, options.BackoffQuiet, services.Time);

    public async Task RunAsync(SourceTracerRun run, CancellationToken stop)
    {
        _running.Load();
        using KernelLog log = KernelLog.Follow();
        await services.Stacks.Symbols.ReadyAsync().ConfigureAwait(false);
        run.Ready();
        await Task.Factory.StartNew(() => Read(log, run, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    public void Dispose() => _running.Dispose();

    private void Read(KernelLog log, SourceTracerRun run, CancellationToken stop)
    {
        using CancellationTokenRegistration registration = stop.Register(log.Stop);
        Span<byte> buffer = new byte[KernelLog.MaxRecordBytes];
        while (log.TryRead(buffer, out int length, out ulong lost))
        {
            run.Lose(lost);
            if (!KernelLogRecord.TryParse(buffer[..length], out KernelLogRecord record))
            {
                // A record all the same; the kernel writes none of another form.
                run.Take(wanted: false);
                continue;
            }
            bool isLockup = record.IsFromKernel & SoftlockupMessage.TryParse(record.Text, out SoftlockupMessage message, out ReadOnlySpan<byte> comm);
            if (run.Take(isLockup))
                OnLockup(message, comm, run.Output);
        }
    }

    private void OnLockup(SoftlockupMessage message, ReadOnlySpan<byte> comm, EventOutput output)
    {
        services.Counters.Add(SoftlockupTracer.Lockups, 1);
        if (!_backoff.Passes())
        {
            output.Suppress(SuppressReason.Backoff);
            return;
        }
        byte[] cpus = _running.Stacks(message.Cpu);
        var header = new EventHeader
        {
            MonotonicNs = (ulong)_clock.MonotonicNow(),
            Cpu = (uint)message.Cpu,
            Tid = message.Tid,
            Tgid = _processes.Of(message.Tid),
            Context = (uint)EventContext.Unknown,
        };
        byte[] name = Encoding.UTF8.GetBytes(KernelLogRecord.Unescape(comm));
        name.AsSpan(0, Math.Min(name.Length, SoftlockupMessage.MaxCommBytes)).CopyTo(header.Comm);
        EventWho who = services.Identity.Resolve(header, socketCgroupId: 0);
        output.Emit(header.MonotonicNs, who.Container, StackText.None, new SoftlockupEvent(who, message.Seconds, stack: null, cpus));
    }
}
