namespace Huatuo.Tracers.Cpu.CpuUtil;

/// <summary>
/// One sum of <c>/proc/stat</c> as a counter. The kernel's idle and iowait may step back a little, as CPUs account for them at
/// different times; such a step is held. A large one is taken: a CPU went offline with its time.
/// </summary>
internal struct GrowingTicks
{
    private const ulong LargestStepBack = 300;
    private ulong _highest;

    internal ulong Take(ulong ticks)
    {
        if (ticks >= _highest || _highest - ticks > LargestStepBack)
            _highest = ticks;
        return _highest;
    }
}
