using System.Runtime.InteropServices;

namespace Huatuo.Flow.Metrics.Kernel;

/// <summary>The counters of one container.</summary>
/// <typeparam name="TCounters">Fields of 64 bits.</typeparam>
/// <param name="id">The container's id, or <see cref="ContainerCounters{TCounters}.Other"/>.</param>
public sealed class ContainerRow<TCounters>(string id)
    where TCounters : unmanaged
{
    private TCounters _ended;
    private TCounters _sum;

    /// <summary>The container's id, or <see cref="ContainerCounters{TCounters}.Other"/>.</summary>
    public string Id { get; } = id;

    /// <summary>Of all its cgroups, also of those that are gone.</summary>
    public ref readonly TCounters Sum => ref _sum;

    /// <summary>How many of its cgroups are there.</summary>
    internal int Cgroups { get; set; }

    internal void Begin() => (_sum, Cgroups) = (_ended, 0);

    internal void Add(in TCounters counters)
    {
        AddTo(ref _sum, counters);
        Cgroups++;
    }

    /// <summary>One of its cgroups is gone: what it counted stays.</summary>
    internal void End(in TCounters counters)
    {
        AddTo(ref _ended, counters);
        AddTo(ref _sum, counters);
    }

    private static void AddTo(ref TCounters sum, in TCounters counters)
    {
        Span<ulong> sums = MemoryMarshal.Cast<TCounters, ulong>(new Span<TCounters>(ref sum));
        ReadOnlySpan<ulong> more = MemoryMarshal.Cast<TCounters, ulong>(new ReadOnlySpan<TCounters>(in counters));
        for (int i = 0; i < sums.Length; i++)
            sums[i] += more[i];
    }
}
