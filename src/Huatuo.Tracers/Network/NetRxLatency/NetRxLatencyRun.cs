using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>
/// One run of <c>net_rx_latency</c>: keeps packets stamped and the kernel side's offset of the wall clock right, and judges
/// each record once more by all that is known of that clock.
/// </summary>
internal sealed class NetRxLatencyRun(NetRxLatencyOptions options, TracerServices services, WallClockSteps clock) : IEventTracer, IDisposable
{
    /// <summary>How long a step of the wall clock may go unnoticed when no record comes.</summary>
    internal static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private NetRxLatencyBpf? _bpf;
    private ReceiveStamps? _stamps;
    private ITimer? _timer;

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(NetRxLatencyBpf.ObjectName);
        _bpf = new NetRxLatencyBpf(opened)
        {
            ExcludedNetns = options.ExcludedHostNetnamespace ? services.Identity.HostNetns : 0,
        };
        _bpf.SetThresholdsNs([Threshold(RxStage.Netif), Threshold(RxStage.Tcp), Threshold(RxStage.Usercopy)]);
        return opened;
    }

    public void Loaded()
    {
        clock.Refresh();
        _bpf!.WallOffset.Set(0, clock.Offset);
        _stamps = new ReceiveStamps();
        _timer = services.Time.CreateTimer(_ => FollowClock(), null, ClockInterval, ClockInterval);
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < NetRxLatencyRecord.Size)
            return false;
        ref readonly NetRxLatencyRecord late = ref MemoryMarshal.AsRef<NetRxLatencyRecord>(record);
        var stage = (RxStage)late.Stage;
        if (stage > RxStage.Usercopy || (RxClock)late.Clock > RxClock.Monotonic)
            return false;
        // Whatever set the clock before the kernel made this record is seen now.
        FollowClock();
        long latencyNs = (RxClock)late.Clock == RxClock.Wall
            ? clock.Age((long)late.StampNs, (long)late.Header.MonotonicNs)
            : (long)(late.Header.MonotonicNs - late.StampNs);
        if (latencyNs < (long)Threshold(stage))
        {
            output.Suppress(SuppressReason.Clock);
            return true;
        }
        EventWho who = services.Identity.Resolve(late.Header, late.SocketCgroupId);
        output.Emit(late.Header.MonotonicNs, who.Container, StackText.None, new NetRxLatencyEvent(in late, who, latencyNs, options.Threshold(stage)));
        return true;
    }

    public void Dispose()
    {
        // A timer's last call may still run; after this it finds nothing to write to.
        lock (_lock)
            _bpf = null;
        _timer?.Dispose();
        _stamps?.Dispose();
    }

    private ulong Threshold(RxStage stage) => (ulong)options.Threshold(stage).Ticks * 100;

    private void FollowClock()
    {
        lock (_lock)
            if (clock.Refresh())
                _bpf?.WallOffset.Set(0, clock.Offset);
    }
}
