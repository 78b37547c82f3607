using Huatuo.Bpf.Maps;

namespace Huatuo.Bpf.Rings;

/// <summary>A perf event array: a ring for each online CPU, and for those that come online later.</summary>
public sealed class PerfRings : IRing
{
    private const int NoDevice = 19;
    private readonly BpfMap<uint, int> _map;
    private readonly SortedDictionary<int, PerfRing> _rings = [];
    private readonly OnlineCpus _cpus;
    private readonly int _pages;
    private readonly uint _watermark;
    private readonly HashSet<int> _wentOffline = [];
    private List<int> _descriptors = [];
    private PerfRingReader[] _readers = [];
    private long _lostOfClosed;

    /// <param name="fd">The map's descriptor; it must stay open.</param>
    /// <param name="bytesPerCpu">Size of each ring; rounded up to a power of two of pages.</param>
    /// <param name="wakeEach">A wake-up for each record, else one when an eighth of a ring is full, with a poll between.</param>
    /// <param name="cpus">Which CPUs are online.</param>
    /// <exception cref="BpfException">No ring could be opened.</exception>
    public PerfRings(int fd, uint bytesPerCpu, bool wakeEach, OnlineCpus cpus)
    {
        _map = new BpfMap<uint, int>("perf event array", fd);
        _cpus = cpus;
        _pages = (int)System.Numerics.BitOperations.RoundUpToPowerOf2(Math.Max(1, bytesPerCpu / (uint)Environment.SystemPageSize));
        _watermark = wakeEach ? 0 : (uint)(_pages * Environment.SystemPageSize / 8);
        IdlePoll = wakeEach ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(10);
        try
        {
            Refresh();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TimeSpan IdlePoll { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Descriptors => _descriptors;

    /// <inheritdoc/>
    public long ReportedLost => _lostOfClosed + _rings.Values.Sum(ring => ring.Reader.ReportedLost);

    /// <inheritdoc/>
    public bool IsEmpty => _rings.Values.All(ring => ring.Reader.IsEmpty);

    /// <inheritdoc/>
    public int Drain(IRecordHandler handler, int limit)
    {
        var indirect = new RecordHandlerReference(handler);
        return Drain(ref indirect, limit);
    }

    /// <inheritdoc/>
    public bool Refresh()
    {
        IReadOnlyList<int> online = _cpus.Read();
        bool changed = false;
        foreach (int cpu in _rings.Keys)
            if (!online.Contains(cpu))
                _wentOffline.Add(cpu);
        foreach (int cpu in online)
        {
            // The kernel takes an event off a CPU that goes, and does not put it back; its ring was emptied meanwhile.
            if (_wentOffline.Remove(cpu) && _rings.Remove(cpu, out PerfRing? stale))
            {
                Close(stale);
                changed = true;
            }
            if (!_rings.ContainsKey(cpu))
                changed |= Open(cpu);
        }
        if (changed)
        {
            _descriptors = [.. _rings.Values.Select(ring => ring.Fd)];
            _readers = [.. _rings.Values.Select(ring => ring.Reader)];
        }
        return changed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PerfRing ring in _rings.Values)
            Close(ring);
        _rings.Clear();
        _descriptors = [];
        _readers = [];
    }

    internal int Drain<THandler>(ref THandler handler, int limit)
        where THandler : struct, IRecordHandler => PerfRingReader.Drain(_readers, ref handler, limit);

    private void Close(PerfRing ring)
    {
        _lostOfClosed += ring.Reader.ReportedLost;
        ring.Dispose();
    }

    private bool Open(int cpu)
    {
        PerfRing ring;
        try
        {
            ring = PerfRing.Open(cpu, _pages, _watermark);
        }
        catch (BpfException gone) when (gone.Errno == NoDevice)
        {
            return false;
        }
        _rings.Add(cpu, ring);
        _map.Set((uint)cpu, ring.Fd);
        return true;
    }
}
