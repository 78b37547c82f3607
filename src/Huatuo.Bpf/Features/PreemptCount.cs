namespace Huatuo.Bpf.Features;

/// <summary>How programs read whether they run in a task or in an interrupt.</summary>
/// <param name="Offset">From a CPU's run queue to its preemption count, or 0 when unknown; arm64 keeps it with the task.</param>
/// <param name="HardirqMask">The bits that count hardware interrupts and NMIs.</param>
public readonly record struct PreemptCount(long Offset, uint HardirqMask)
{
    // include/linux/preempt.h: bits 16 to 19 and 20 to 23; where the kernel counts how often interrupts were switched off (7.3 at the
    // latest), bits 16 to 23 are that count, and these two are bits 24 to 27 and from 28 on. Bit 31 may be a flag.
    private const uint Since5_10 = 0x00ff_0000, WithDisableCount = 0x7f00_0000;

    /// <summary>Whether programs can tell.</summary>
    public bool IsKnown => Offset != 0;

    /// <summary>Looks it up.</summary>
    /// <param name="btf">The kernel's types, or null.</param>
    public static PreemptCount Find(KernelBtf? btf) =>
        new(FindOffset(btf), PerCpuOffset.FromRunQueue(btf, "local_interrupt_disable_state") == 0 ? Since5_10 : WithDisableCount);

    /// <summary>Tells programs that are not loaded yet.</summary>
    public void SetKnobs(BpfObject programs)
    {
        programs.TrySetKnob("cfg_preempt_count_offset", Offset);
        programs.TrySetKnob("cfg_hardirq_mask", HardirqMask);
    }

    // x86: a variable of its own, but a member of pcpu_hot from 6.2 to 6.14 (arch/x86/include/asm/current.h).
    private static long FindOffset(KernelBtf? btf)
    {
        if (PerCpuOffset.FromRunQueue(btf, "__preempt_count") is not 0 and long count)
            return count;
        return PerCpuOffset.FromRunQueue(btf, "pcpu_hot") is not 0 and long hot && btf is not null && btf.TryMemberOffset("pcpu_hot", "preempt_count", out uint member)
            ? hot + member
            : 0;
    }
}
