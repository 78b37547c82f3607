using System.Diagnostics;
using System.Runtime.InteropServices;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bpf.Rings;

namespace Huatuo.Bench.Rings;

/// <summary>
/// What emptying a ring costs: on one thread, the ring is filled and then emptied, by libbpf with a C callback and by the
/// product's reader in turn, from the same mapped memory.
/// </summary>
internal sealed unsafe class DrainRounds : IDisposable
{
    private const int RingBytes = 1 << 20;
    private const int WarmUps = 3;

    private readonly ConsumerLibrary _native;
    private readonly RingLoad _load;
    private readonly Tally* _tally = (Tally*)NativeMemory.AllocZeroed((nuint)sizeof(Tally));
    private readonly int _events;
    private readonly nint _ring;
    private readonly nint _perf;
    private readonly RingBuffer? _ringReader;
    private readonly PerfRingReader[] _perfReaders = [];

    internal DrainRounds(ConsumerLibrary native, bool perf, int recordBytes)
    {
        const int header = 16;
        _native = native;
        _load = new RingLoad(perf, recordBytes, RingBytes, native.LoadSyscall);
        _events = RingBytes * 9 / 10 / (recordBytes + header);
        if (perf)
        {
            _perf = native.OpenPerf(_load.MapFd, RingBytes / Environment.SystemPageSize, RingBytes / 8, _tally);
            _perfReaders = [.. native.PerfPages(_perf).Select(page => new PerfRingReader((byte*)page))];
        }
        else
        {
            _ring = native.OpenRing(_load.MapFd, _tally);
            _ringReader = new RingBuffer(_load.MapFd, RingBytes);
        }
    }

    /// <summary>Measures on the thread that calls; it must be pinned.</summary>
    internal DrainFigures Run(int rounds)
    {
        // Until both have run often enough to be compiled for good.
        for (int phase = 0; phase < WarmUps; phase++)
        {
            Rounds(40, new Samples(), new Samples());
            using var pause = new ManualResetEventSlim();
            pause.Wait(TimeSpan.FromMilliseconds(300));
        }
        Samples c = new(), managed = new();
        long allocated = Rounds(rounds, c, managed);
        if (_tally->Damaged != 0)
            throw new BenchException("records were damaged");
        return new DrainFigures(c.Median, managed.Median, (double)allocated / ((long)rounds * _events));
    }

    public void Dispose()
    {
        _ringReader?.Dispose();
        if (_ring != 0)
            _native.CloseRing(_ring);
        if (_perf != 0)
            _native.ClosePerf(_perf);
        _load.Dispose();
        NativeMemory.Free(_tally);
    }

    private long Rounds(int rounds, Samples c, Samples managed)
    {
        long allocated = 0;
        for (int round = 0; round < rounds; round++)
            for (int turn = 0; turn < 2; turn++)
            {
                bool isC = (round + turn) % 2 == 0;
                _native.Load(_events);
                ulong before = _tally->Events;
                long bytes = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                if (isC)
                    DrainNative();
                else
                    DrainManaged();
                double ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
                if (_tally->Events - before != (ulong)_events)
                    throw new BenchException($"{_tally->Events - before} of {_events} records were read");
                if (!isC)
                    allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
                (isC ? c : managed).Add(ns / _events);
            }
        return allocated;
    }

    private void DrainNative()
    {
        if (_ring != 0)
            _native.ConsumeRing(_ring);
        else
            _native.ConsumePerf(_perf);
    }

    private void DrainManaged()
    {
        var handler = new TallyHandler(_tally);
        _ringReader?.Drain(ref handler, int.MaxValue);
        foreach (PerfRingReader reader in _perfReaders)
            reader.Drain(ref handler, int.MaxValue);
    }
}

/// <summary>Medians of one ring.</summary>
/// <param name="NativeNs">libbpf and C, nanoseconds per event.</param>
/// <param name="ManagedNs">The product's reader.</param>
/// <param name="AllocatedBytes">Bytes that the product's reader allocated per event.</param>
internal readonly record struct DrainFigures(double NativeNs, double ManagedNs, double AllocatedBytes);
