using System.Diagnostics;
using System.Runtime.InteropServices;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Rings;
using Huatuo.Bpf.Rings;

namespace Huatuo.Bench.Latency;

/// <summary>From the kernel's time stamp to the call of the handler, on the product's pump.</summary>
internal sealed class HandlerLatency : IRecordHandler
{
    private const int RingBytes = 1 << 20;
    private readonly long[] _times;
    private int _count;

    private HandlerLatency(int count) => _times = new long[count];

    /// <summary>Measures one transport.</summary>
    /// <param name="native">Makes the records.</param>
    /// <param name="perf">The transport.</param>
    /// <param name="wakeEach">Of perf: a wake-up for each record, as with a low limit.</param>
    /// <param name="perSecond">Rate of records.</param>
    /// <param name="time">For how long.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>Milliseconds.</returns>
    internal static async Task<Samples> MeasureAsync(ConsumerLibrary native, bool perf, bool wakeEach, int perSecond, TimeSpan time, CancellationToken stop)
    {
        const int recordBytes = 304;
        int count = (int)(perSecond * time.TotalSeconds);
        var handler = new HandlerLatency(count);
        using var load = new RingLoad(perf, recordBytes, RingBytes, native.LoadSyscall);
        using IRing ring = perf ? new PerfRings(load.MapFd, RingBytes, wakeEach, new OnlineCpus()) : new RingBuffer(load.MapFd, RingBytes);
        using var pump = new RingPump(TimeProvider.System);
        await pump.AddAsync(ring, handler, fault => BenchRun.Say($"the pump failed: {fault.Message}"));
        await PacedLoad.RunAsync(native, count, perSecond, stop);
        await pump.DrainAndRemoveAsync(ring);
        var samples = new Samples();
        foreach (long ns in handler._times.AsSpan(0, handler._count))
            samples.Add(ns / 1e6);
        return samples;
    }

    public void OnRecord(ReadOnlySpan<byte> record)
    {
        // Both clocks are CLOCK_MONOTONIC in nanoseconds.
        long now = Stopwatch.GetTimestamp();
        if (_count < _times.Length)
            _times[_count++] = now - MemoryMarshal.Read<long>(record[RingLoad.MonotonicNsOffset..]);
    }
}
