using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Rings;

/// <summary>
/// CPU time of a consumer while records come at an even pace: the product's pump, or a C loop on libbpf's epoll that
/// looks when the pump looks. The program decides alike for both when to wake. Load on CPU 0, consumer on CPU 1.
/// </summary>
internal static class LiveRound
{
    private const int RingBytes = 4 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Measures one of the two.</summary>
    /// <exception cref="BenchException">Records were neither read nor counted as lost.</exception>
    internal static async Task<LiveFigures> MeasureAsync(ConsumerLibrary native, bool perf, bool managed, int perSecond, TimeSpan time, CancellationToken stop)
    {
        const int recordBytes = 304;
        using var load = new RingLoad(perf, recordBytes, RingBytes, native.LoadSyscall);
        using var tally = new SharedTally();
        await using IAsyncDisposable consumer = managed
            ? await PumpConsumer.StartAsync(perf, load.MapFd, RingBytes, tally)
            : new NativeConsumer(native, perf, load.MapFd, RingBytes, tally);
        await Task.Delay(20, stop);
        int thread = ProcFigures.Thread(managed ? PumpConsumer.ThreadName : NativeConsumer.ThreadName);
        Affinity.Pin(1, thread);
        int count = (int)(perSecond * time.TotalSeconds);
        long before = ProcFigures.ThreadCpuNs(thread);
        await PacedLoad.RunAsync(native, count, perSecond, stop);
        // The last records may lie unannounced for as long as a perf ring's poll, and longer when the machine does something else.
        for (long sent = Stopwatch.GetTimestamp(); (long)(tally.Events + load.Lost) != count; await Task.Delay(50, stop))
            if (Stopwatch.GetElapsedTime(sent) > s_patience)
                throw new BenchException($"{tally.Events} of {count} records were read, {load.Lost} found no room");
        return new LiveFigures((double)(ProcFigures.ThreadCpuNs(thread) - before) / tally.Events, (long)load.Lost);
    }
}

/// <summary>What a consumer took.</summary>
/// <param name="Ns">CPU time per record that was read, in nanoseconds.</param>
/// <param name="Lost">Records that found no room in the ring.</param>
internal readonly record struct LiveFigures(double Ns, long Lost);
