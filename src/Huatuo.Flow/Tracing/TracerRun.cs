using System.Numerics;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Ledger;

namespace Huatuo.Flow.Tracing;

/// <summary>One run: loaded, attached, read. Disposing detaches, drains what is in the ring, and unloads.</summary>
internal sealed class TracerRun : IAsyncDisposable
{
    private const string RingMap = "events_ring";
    private const string PerfMap = "events_perf";
    private readonly TracerLedger _ledger;
    private readonly IEventTracer _tracer;
    private readonly RingPump _pump;
    private readonly BpfObject _object;
    private readonly IRing _ring;
    private readonly Func<Task> _ready;
    private readonly SlowLane? _slow;
    private readonly List<BpfLink> _links = [];

    private TracerRun(IEventTracer tracer, TracerLedger ledger, RingPump pump, BpfObject @object, IRing ring, SlowLane? slow, Func<Task> ready)
    {
        _slow = slow;
        _tracer = tracer;
        _ledger = ledger;
        _pump = pump;
        _object = @object;
        _ring = ring;
        _ready = ready;
    }

    /// <summary>The object; alive until the run is disposed.</summary>
    internal BpfObject Object => _object;

    /// <summary>What the kernel itself reports as lost on perf rings.</summary>
    internal long ReportedLost => _ring.ReportedLost;

    /// <summary>Loads, begins to read, attaches; <c>failed</c> is called once, on the pump's thread, when the ring fails.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static async Task<TracerRun> StartAsync(
        IEventTracer tracer, IReadOnlyList<string> programs, bool isSlow, KernelFeatures kernel, EventTracerOptions options, TracerEnvironment environment, TracerLedger ledger, IRecordHandler decoder, Action<Exception> failed)
    {
        bool perf = options.Transport switch
        {
            Transport.Perf => true,
            Transport.RingBuffer => false,
            _ => !kernel.RingBuffer,
        };
        // The perf transport cannot decide in the program when to wake; few records are announced one by one.
        const uint few = 1000;
        bool wakeEach = perf && options.MaxEventsPerSecond is > 0 and <= few;
        uint ringBytes = BitOperations.RoundUpToPowerOf2((uint)Math.Max(options.RingBytes.Bytes, Environment.SystemPageSize));

        BpfObject? opened = null;
        IRing? ring = null;
        try
        {
            opened = tracer.Open();
            opened.TrySetKnob("cfg_perf", perf ? (byte)1 : (byte)0);
            opened.TrySetKnob("cfg_max_events_per_second", options.MaxEventsPerSecond);
            kernel.PreemptCount.SetKnobs(opened);
            opened.Choose([.. programs]);
            if (perf)
                opened.SkipMap(RingMap);
            else
                opened.SetMapEntries(RingMap, ringBytes);
            opened.Load();
            tracer.Loaded();
            ring = perf
                ? new PerfRings(opened.MapFd(PerfMap), ringBytes, wakeEach, environment.Cpus)
                : new RingBuffer(opened.MapFd(RingMap), ringBytes);
            ledger.Kernel.Begin(opened.PerCpuMap<uint, LedgerCounters>("ledger"));
        }
        catch
        {
            ring?.Dispose();
            (tracer as IDisposable)?.Dispose();
            opened?.Dispose();
            throw;
        }
        var run = new TracerRun(tracer, ledger, environment.Pump, opened, ring, isSlow ? environment.Slow : null, environment.Services.Stacks.Symbols.ReadyAsync);
        try
        {
            await environment.Pump.AddAsync(ring, isSlow ? environment.Slow.Behind(decoder, ledger) : decoder, failed, run._ready).ConfigureAwait(false);
            foreach (string program in programs)
                run._links.Add(opened.Attach(program));
            return run;
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BpfLink link in _links)
            link.Dispose();
        // A program may still run on another CPU; after a grace period none does, and the counters are final.
        GracePeriod.Wait();
        if (!_ring.IsEmpty)
            await _ready().ConfigureAwait(false);
        await _pump.DrainAndRemoveAsync(_ring).ConfigureAwait(false);
        if (_slow is not null)
            await _slow.DrainAsync().ConfigureAwait(false);
        _ledger.Kernel.End();
        _ring.Dispose();
        (_tracer as IDisposable)?.Dispose();
        _object.Dispose();
    }
}
