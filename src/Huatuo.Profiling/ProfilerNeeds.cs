using Huatuo.Bpf.Features;
using Huatuo.Flow.Tracing;

namespace Huatuo.Profiling;

/// <summary>What profilers need of a kernel.</summary>
internal static class ProfilerNeeds
{
    /// <summary>What it lacks for programs at tracepoints whose arguments the verifier knows; null when nothing.</summary>
    /// <param name="kernel">What it can do.</param>
    /// <param name="btf">Its types, when it tells them.</param>
    /// <param name="tracepoints">Their names; none for programs elsewhere.</param>
    internal static Unsupported? Lacks(KernelFeatures kernel, KernelBtf? btf, params ReadOnlySpan<string> tracepoints)
    {
        if (!kernel.Bpf)
            return new Unsupported("permission to load BPF programs", "", "run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYSLOG");
        if (btf is null)
            return new Unsupported("kernel BTF", "", "needs a kernel built with CONFIG_DEBUG_INFO_BTF");
        foreach (string tracepoint in tracepoints)
            if (!btf.HasTracepoint(tracepoint))
                return new Unsupported($"tp_btf/{tracepoint}", "5.5", "this kernel describes no such tracepoint");
        return null;
    }
}
