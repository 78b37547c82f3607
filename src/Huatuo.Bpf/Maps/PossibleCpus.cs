using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Maps;

/// <summary>The CPUs that the machine could have: per-CPU maps hold a value for each, online or not.</summary>
public static class PossibleCpus
{
    /// <summary>How many there are, from devices/system/cpu/possible; at least 1.</summary>
    public static int Count { get; } = Math.Max(1, LibBpf.libbpf_num_possible_cpus());
}
