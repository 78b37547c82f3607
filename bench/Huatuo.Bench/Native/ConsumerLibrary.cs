using System.Runtime.InteropServices;

namespace Huatuo.Bench.Native;

/// <summary>The functions of consume.c.</summary>
internal sealed unsafe class ConsumerLibrary : IDisposable
{
    private readonly nint _library;
    private readonly delegate* unmanaged<int, Tally*, nint> _ringOpen;
    private readonly delegate* unmanaged<nint, int> _ringConsume;
    private readonly delegate* unmanaged<nint, void> _ringClose;
    private readonly delegate* unmanaged<nint, int*, void> _ringLive;
    private readonly delegate* unmanaged<int, ulong, uint, Tally*, nint> _perfOpen;
    private readonly delegate* unmanaged<nint, int> _perfConsume;
    private readonly delegate* unmanaged<nint, int, nint> _perfPage;
    private readonly delegate* unmanaged<nint, void> _perfClose;
    private readonly delegate* unmanaged<nint, int, int*, Tally*, void> _perfLive;
    private readonly delegate* unmanaged<nint> _loadSyscall;
    private readonly delegate* unmanaged<nint, void> _load;
    private readonly delegate* unmanaged<nint, double, int*, long> _loadPaced;

    /// <param name="path">The compiled library.</param>
    internal ConsumerLibrary(string path)
    {
        _library = NativeLibrary.Load(path);
        _ringOpen = (delegate* unmanaged<int, Tally*, nint>)Export("bench_ring_open");
        _ringConsume = (delegate* unmanaged<nint, int>)Export("bench_ring_consume");
        _ringClose = (delegate* unmanaged<nint, void>)Export("bench_ring_close");
        _ringLive = (delegate* unmanaged<nint, int*, void>)Export("bench_ring_live");
        _perfOpen = (delegate* unmanaged<int, ulong, uint, Tally*, nint>)Export("bench_perf_open");
        _perfConsume = (delegate* unmanaged<nint, int>)Export("bench_perf_consume");
        _perfPage = (delegate* unmanaged<nint, int, nint>)Export("bench_perf_page");
        _perfClose = (delegate* unmanaged<nint, void>)Export("bench_perf_close");
        _perfLive = (delegate* unmanaged<nint, int, int*, Tally*, void>)Export("bench_perf_live");
        _loadSyscall = (delegate* unmanaged<nint>)Export("bench_load_syscall");
        _load = (delegate* unmanaged<nint, void>)Export("bench_load");
        _loadPaced = (delegate* unmanaged<nint, double, int*, long>)Export("bench_load_paced");
    }

    internal nint OpenRing(int mapFd, Tally* tally) => Opened(_ringOpen(mapFd, tally));

    internal void ConsumeRing(nint ring) => Consumed(_ringConsume(ring));

    internal void CloseRing(nint ring) => _ringClose(ring);

    internal void LiveRing(nint ring, int* stop) => _ringLive(ring, stop);

    internal nint OpenPerf(int mapFd, int pages, uint watermark, Tally* tally) => Opened(_perfOpen(mapFd, (ulong)pages, watermark, tally));

    internal void ConsumePerf(nint perf) => Consumed(_perfConsume(perf));

    /// <summary>The mappings, one for each CPU.</summary>
    internal List<nint> PerfPages(nint perf)
    {
        var pages = new List<nint>();
        while (_perfPage(perf, pages.Count) is not 0 and nint page)
            pages.Add(page);
        return pages;
    }

    internal void ClosePerf(nint perf) => _perfClose(perf);

    internal void LivePerf(nint perf, int idleMs, int* stop, Tally* tally) => _perfLive(perf, idleMs, stop, tally);

    /// <summary>The number of the system call that makes a record.</summary>
    internal ulong LoadSyscall => (ulong)_loadSyscall();

    /// <summary>So many records at once.</summary>
    internal void Load(int count) => _load(count);

    /// <summary>So many records at an even pace.</summary>
    internal void LoadPaced(int count, double perSecond, int* stop) => _ = _loadPaced(count, perSecond, stop);

    public void Dispose() => NativeLibrary.Free(_library);

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private static nint Opened(nint ring) => ring != 0 ? ring : throw new BenchException("libbpf cannot open the ring");

    private static void Consumed(int result)
    {
        if (result < 0)
            throw new BenchException($"libbpf cannot consume the ring: {result}");
    }
}
