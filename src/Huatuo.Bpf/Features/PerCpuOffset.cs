using Huatuo.Linux.Kallsyms;

namespace Huatuo.Bpf.Features;

/// <summary>
/// Where per-CPU variables lie, counted from the CPU's run queue: that one a program reaches through the current task, and
/// a kernel without CONFIG_KALLSYMS_ALL gives no program the address of any other.
/// </summary>
public static class PerCpuOffset
{
    /// <summary>From a CPU's run queue to another of its variables.</summary>
    /// <param name="btf">The kernel's types, or null.</param>
    /// <param name="variable">Its name, such as <c>kernel_cpustat</c>.</param>
    /// <returns>0 when it is not known.</returns>
    public static long FromRunQueue(KernelBtf? btf, string variable)
    {
        if (btf is not null && btf.TryPerCpuOffset("runqueues", out uint runQueue))
            return btf.TryPerCpuOffset(variable, out uint offset) ? (long)offset - runQueue : 0;
        // The BTF of older kernels (Debian's 5.10) lists no per-CPU variables.
        return PerCpuSymbols.TryFind("runqueues", out uint queueSymbol) && PerCpuSymbols.TryFind(variable, out uint symbol)
            ? (long)symbol - queueSymbol
            : 0;
    }
}
