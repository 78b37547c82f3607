using Huatuo.Bpf;
using Huatuo.Bpf.Maps;

namespace Huatuo.Profiling.Sampling;

/// <summary>Tells programs of <c>weighed.h</c> whose events count, and of which size all are taken.</summary>
internal static class EventTarget
{
    private const string Cpus = "cpus";

    /// <summary>Before the object is loaded.</summary>
    internal static void Set(BpfObject opened, ProfileTarget target, long interval)
    {
        opened.SetKnob("cfg_tgid", target.Tgid);
        opened.SetKnob("cfg_tid", target.Tid);
        opened.SetKnob("cfg_cgroup_id", target.CgroupId);
        opened.SetKnob("cfg_seed", (ulong)Random.Shared.NextInt64());
        opened.SetKnob("cfg_interval", (ulong)interval);
        opened.SetKnob("cfg_some_cpus", target.Cpus is null ? (byte)0 : (byte)1);
        if (target.Cpus is not null)
            opened.SetMapEntries(Cpus, (uint)PossibleCpus.Count);
    }

    /// <summary>When it is loaded.</summary>
    internal static void SetCpus(BpfObject loaded, ProfileTarget target)
    {
        foreach (int cpu in target.Cpus ?? [])
            if (cpu < PossibleCpus.Count)
                loaded.Map<uint, uint>(Cpus).Set((uint)cpu, 1);
    }
}
