using Huatuo.Bpf;

namespace Huatuo.Profiling.Sampling;

/// <summary>Tells programs of <c>weighed.h</c> whose events count, and of which size all are taken.</summary>
internal static class EventTarget
{
    /// <summary>Before the object is loaded.</summary>
    internal static void Set(BpfObject opened, ProfileTarget target, long interval)
    {
        opened.SetKnob("cfg_tgid", target.Tgid);
        opened.SetKnob("cfg_tid", target.Tid);
        opened.SetKnob("cfg_cgroup_id", target.CgroupId);
        opened.SetKnob("cfg_seed", (ulong)Random.Shared.NextInt64());
        opened.SetKnob("cfg_interval", (ulong)interval);
        CpuTarget.Set(opened, target);
    }
}
