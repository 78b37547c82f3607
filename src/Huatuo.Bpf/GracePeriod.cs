using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>Waits for the kernel's readers.</summary>
public static class GracePeriod
{
    private const int MembarrierGlobal = 1;

    /// <summary>
    /// Returns when every CPU has left what it was in: <c>membarrier(MEMBARRIER_CMD_GLOBAL)</c> is a synchronize_rcu()
    /// (kernel/sched/membarrier.c, 4.3; refused under nohz_full, where a detached program may end a little later).
    /// </summary>
    public static void Wait() => _ = Libc.syscall(Libc.MembarrierNumber, MembarrierGlobal, 0, 0, 0, 0);
}
