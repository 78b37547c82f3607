using System.Reflection;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;

namespace Huatuo.Bench.Rings;

/// <summary>The program that makes a record of each load system call of this process, loaded and attached.</summary>
internal sealed class RingLoad : IDisposable
{
    /// <summary>Fields of <c>struct load_record</c>: where its time stands.</summary>
    internal const int MonotonicNsOffset = 0;

    private readonly BpfObject _object;
    private readonly BpfLink _link;

    /// <param name="perf">The transport.</param>
    /// <param name="recordBytes">Size of each record.</param>
    /// <param name="ringBytes">Size of the ring buffer.</param>
    /// <param name="loadSyscall">The number of the system call.</param>
    internal RingLoad(bool perf, int recordBytes, int ringBytes, ulong loadSyscall)
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream("ring_load.bpf.o")!;
        _object = BpfObject.Open("ring_load", image);
        try
        {
            _object.SetKnob("cfg_perf", perf ? (byte)1 : (byte)0);
            _object.SetKnob("cfg_tgid", (uint)Environment.ProcessId);
            _object.SetKnob("cfg_syscall", loadSyscall);
            _object.SetKnob("cfg_record_bytes", (uint)recordBytes);
            if (perf)
                _object.SkipMap("events_ring");
            else
                _object.SetMapEntries("events_ring", (uint)ringBytes);
            _object.Load();
            _link = _object.Attach("ring_load");
        }
        catch
        {
            _object.Dispose();
            throw;
        }
        MapFd = _object.MapFd(perf ? "events_perf" : "events_ring");
    }

    /// <summary>The ring's map.</summary>
    internal int MapFd { get; }

    /// <summary>Records that found no room so far.</summary>
    internal ulong Lost
    {
        get
        {
            var counters = new LedgerCounters[PossibleCpus.Count];
            _object.PerCpuMap<uint, LedgerCounters>("ledger").TryGet(0, counters);
            return counters.Aggregate(0UL, (sum, cpu) => sum + cpu.Lost);
        }
    }

    public void Dispose()
    {
        _link.Dispose();
        _object.Dispose();
    }
}
