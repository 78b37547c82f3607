using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Maps;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>One run of <c>iolatency</c>.</summary>
internal sealed class IolatencyRun(IolatencyOptions options, TracerServices services) : IProgramMetricTracer
{
    private static readonly uint s_operations = (uint)Enum.GetValues<IolatencyOperation>().Length;

    private readonly ContainerCounters<CgroupLatencies> _containers = new(services.Identity);
    private readonly DiskNames _names = new(services.Roots.Sys);
    private IolatencyBpf? _bpf;
    private CounterMap<DiskKey, DiskLatency>? _disks;
    private CounterMap<ulong, CgroupLatencies>? _cgroups;
    private CounterMap<uint, DiskFreezes>? _freezes;

    public BpfObject Open()
    {
        const string cgroups = "cgroups", disks = "disks";
        BpfObject opened = BpfImages.Open(IolatencyBpf.ObjectName);
        using KernelBtf? btf = KernelBtf.TryOpen();
        _bpf = new IolatencyBpf(opened) { QueueFirst = btf?.TracepointArguments("block_rq_issue") == 2 };
        opened.SetMapEntries(cgroups, options.MaxCgroups + 1);
        opened.SetMapEntries(disks, options.MaxDiskOperations + s_operations);
        return opened;
    }

    public void Loaded()
    {
        _disks = _bpf!.Disks.Counters();
        for (uint operation = 0; operation < s_operations; operation++)
            _disks.Add(new DiskKey { Device = DiskNames.Other, Operation = operation });
        _cgroups = _bpf.Cgroups.Counters();
        _cgroups.Add(0);
        _freezes = _bpf.Freezes.Counters();
        _freezes.Add(DiskNames.Other);
    }

    public void Write(MetricWriter writer)
    {
        _disks!.Read();
        _cgroups!.Read();
        _containers.Update(_cgroups.Keys, _cgroups.Sums);
        _freezes!.Read();
        foreach (DiskKey disk in _disks.Keys)
            _names.Note(disk.Device, _bpf!.Names);
        foreach (uint device in _freezes.Keys)
            _names.Note(device, _bpf!.Names);
        _names.Update();
        IolatencyMetrics.Write(writer, _disks.Keys, _disks.Sums, _names, _containers.Rows);
        IolatencyMetrics.WriteFreezes(writer, _freezes.Keys, _freezes.Sums, _names);
    }
}
