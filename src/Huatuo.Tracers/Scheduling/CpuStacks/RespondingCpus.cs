namespace Huatuo.Tracers.Scheduling.CpuStacks;

/// <summary>
/// Tells which CPUs take interrupts, without sending them one: who sends one to a CPU that takes none waits for it, without
/// being preempted, and is stuck himself.
/// </summary>
/// <param name="totals">The accounted time of each online CPU.</param>
/// <param name="time">Time to wait by.</param>
internal sealed class RespondingCpus(Func<SortedDictionary<int, long>> totals, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    // A tick comes each 10 ms at the latest, and 10 ms is the unit of what is read; but a hypervisor may take its time.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>All online CPUs, each with whether it takes interrupts. Takes 20 ms, and 1 s when one does not.</summary>
    internal SortedDictionary<int, bool> Find()
    {
        SortedDictionary<int, long> before = totals();
        SortedDictionary<int, bool> responding = [];
        foreach (int cpu in before.Keys)
            responding[cpu] = false;
        for (long start = time.GetTimestamp(); responding.ContainsValue(false) && time.GetElapsedTime(start) < s_patience;)
        {
            Task.Delay(s_pause, time).GetAwaiter().GetResult();
            foreach ((int cpu, long total) in totals())
                if (before.TryGetValue(cpu, out long first) && total > first)
                    responding[cpu] = true;
        }
        return responding;
    }
}
