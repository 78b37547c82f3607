using Huatuo.Bpf.Rings;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;
using Huatuo.Tracers.Cpu.CpuUtil;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>
/// What containers use of the CPU time that each may use, which is the least of its quota, its cpuset and the CPUs that are
/// online. Used by one thread at a time.
/// </summary>
/// <param name="services">Containers, roots, time.</param>
internal sealed class ContainerUsage(TracerServices services)
{
    // How much it may use changes seldom.
    private const int LooksBetweenLimits = 6;
    private const double Thousandths = 1000, NanosecondsPerTick = 100;

    private readonly ContainerFiles _files = ContainerFiles.Of(services.Containers, [.. CpuFiles.All, ("cpuset", "cpuset.cpus.effective"), ("cpuset", "cpuset.effective_cpus")]);
    private readonly CpuFiles _cpu = new(services.Skipped);
    private readonly OnlineCpus _online = new(services.Roots.Sys);
    private readonly FileBuffer _buffer = new();
    private readonly Dictionary<Container, Before> _before = [];

    /// <summary>Looks at all containers.</summary>
    /// <param name="used">Told of each that was seen before: what it used since the last look and in the time before that.</param>
    internal void Look(Action<Container, CpuUse, CpuUse> used)
    {
        foreach (Container gone in _before.Keys.Where(container => !container.IsLive).ToArray())
            _before.Remove(gone);
        foreach (ContainerEntry entry in _files.Live())
            Look(entry, used);
    }

    private void Look(ContainerEntry entry, Action<Container, CpuUse, CpuUse> used)
    {
        (ulong user, ulong system) = _cpu.Times(entry.Paths);
        long now = services.Time.GetTimestamp();
        if (user == SeriesTable.Absent || system == SeriesTable.Absent)
        {
            _before.Remove(entry.Container);
            return;
        }
        bool isKnown = _before.TryGetValue(entry.Container, out Before? before);
        double cores = isKnown && before!.Looks < LooksBetweenLimits ? before.Cores : Cores(entry.Paths);
        int looks = isKnown && before!.Looks < LooksBetweenLimits ? before.Looks + 1 : 1;
        CpuUse? use = null;
        // Counters that step back are another cgroup's.
        if (isKnown && user >= before!.User && system >= before.System && services.Time.GetElapsedTime(before.At, now) is { Ticks: > 0 } passed)
        {
            double percent = 100 / (passed.Ticks * NanosecondsPerTick * cores);
            use = new CpuUse((user - before.User) * percent, (system - before.System) * percent);
            if (before.Use is { } last)
                used(entry.Container, use.Value, last);
        }
        _before[entry.Container] = new Before(user, system, now, cores, looks, use);
    }

    private double Cores(string[] paths)
    {
        double cores = _online.Read().Count;
        for (int path = CpuFiles.All.Length; path < paths.Length; path++)
            if (_buffer.TryRead(paths[path], out ReadOnlySpan<byte> cpus) && !cpus.IsEmpty && cpus[0] != '\n')
                cores = Math.Min(cores, OnlineCpus.Parse(System.Text.Encoding.ASCII.GetString(cpus)).Count);
        return _cpu.Limit(paths) is not SeriesTable.Absent and ulong limit && limit > 0 ? Math.Min(cores, limit / Thousandths) : cores;
    }

    private sealed record Before(ulong User, ulong System, long At, double Cores, int Looks, CpuUse? Use);
}

/// <summary>CPU time in percent of what may be used.</summary>
/// <param name="User">In user mode.</param>
/// <param name="System">In the kernel.</param>
internal readonly record struct CpuUse(double User, double System)
{
    /// <summary>Both.</summary>
    internal double Total => User + System;
}
