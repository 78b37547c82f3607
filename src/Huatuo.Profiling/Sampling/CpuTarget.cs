using Huatuo.Bpf;
using Huatuo.Bpf.Maps;

namespace Huatuo.Profiling.Sampling;

/// <summary>Tells programs of <c>target_cpus.h</c> which CPUs count.</summary>
internal static class CpuTarget
{
    private const string Cpus = "cpus";

    /// <summary>Before the object is loaded.</summary>
    internal static void Set(BpfObject opened, ProfileTarget target)
    {
        opened.SetKnob("cfg_some_cpus", target.Cpus is null ? (byte)0 : (byte)1);
        if (target.Cpus is not null)
            opened.SetMapEntries(Cpus, (uint)PossibleCpus.Count);
    }

    /// <summary>When it is loaded.</summary>
    internal static void Fill(BpfObject loaded, ProfileTarget target)
    {
        foreach (int cpu in target.Cpus ?? [])
            if (cpu < PossibleCpus.Count)
                loaded.Map<uint, uint>(Cpus).Set((uint)cpu, 1);
    }
}
