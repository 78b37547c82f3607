using Huatuo.Bench.Native;

namespace Huatuo.Bench.Rings;

/// <summary>The loop in C, tallying.</summary>
internal sealed class NativeConsumer : IAsyncDisposable
{
    internal const string ThreadName = "bench-c";
    private const int PerfIdleMs = 10;

    private readonly ConsumerLibrary _native;
    private readonly SharedTally _tally;
    private readonly bool _perf;
    private readonly nint _ring;
    private readonly Task _loop;

    internal unsafe NativeConsumer(ConsumerLibrary native, bool perf, int mapFd, int ringBytes, SharedTally tally)
    {
        _native = native;
        _tally = tally;
        _perf = perf;
        _ring = perf
            ? native.OpenPerf(mapFd, ringBytes / Environment.SystemPageSize, (uint)ringBytes / 8, tally.Pointer)
            : native.OpenRing(mapFd, tally.Pointer);
        _loop = Affinity.RunOn(1, ThreadName, Loop);
    }

    public async ValueTask DisposeAsync()
    {
        _tally.Halt();
        await _loop;
        if (_perf)
            _native.ClosePerf(_ring);
        else
            _native.CloseRing(_ring);
    }

    private unsafe bool Loop()
    {
        if (_perf)
            _native.LivePerf(_ring, PerfIdleMs, _tally.Halted, _tally.Pointer);
        else
            _native.LiveRing(_ring, _tally.Halted);
        return true;
    }
}
