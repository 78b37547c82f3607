using Huatuo.Bpf.Rings;

namespace Huatuo.Bench.Rings;

/// <summary>The product's pump, tallying.</summary>
internal sealed class PumpConsumer : IAsyncDisposable, IRecordHandler
{
    internal const string ThreadName = "huatuo-pump";

    private readonly RingPump _pump = new(TimeProvider.System);
    private readonly IRing _ring;
    private readonly SharedTally _tally;

    private PumpConsumer(IRing ring, SharedTally tally) => (_ring, _tally) = (ring, tally);

    internal static async Task<IAsyncDisposable> StartAsync(bool perf, int mapFd, int ringBytes, SharedTally tally)
    {
        IRing ring = perf ? new PerfRings(mapFd, (uint)ringBytes, wakeEach: false, new OnlineCpus()) : new RingBuffer(mapFd, (uint)ringBytes);
        var consumer = new PumpConsumer(ring, tally);
        await consumer._pump.AddAsync(ring, consumer, fault => BenchRun.Say($"the pump failed: {fault.Message}"));
        return consumer;
    }

    public unsafe void OnRecord(ReadOnlySpan<byte> record) => _tally.Pointer->Touch(record);

    public ValueTask DisposeAsync()
    {
        _pump.Dispose();
        _ring.Dispose();
        return ValueTask.CompletedTask;
    }
}
