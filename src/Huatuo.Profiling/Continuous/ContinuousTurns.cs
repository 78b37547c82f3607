using Huatuo.Profiling.Capturing;

namespace Huatuo.Profiling.Continuous;

/// <summary>Lets several profilers take their samples in turn, and looks at processes in between, all on the thread that runs it.</summary>
/// <param name="profilers">They.</param>
/// <param name="time">Time.</param>
/// <param name="rest">Rests for so many whole milliseconds, as nobody rests for parts of one; true when it is to end, which cuts the rest short.</param>
internal sealed class ContinuousTurns(IReadOnlyList<ContinuousProfiler> profilers, TimeProvider time, Func<TimeSpan, bool> rest)
{
    // Code that is compiled, and libraries that are loaded, are looked for as often.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts the profilers, and ends them when it is to end.</summary>
    internal void Run()
    {
        do
        {
            foreach (ContinuousProfiler profiler in profilers)
                profiler.Step();
        }
        while (!LookUntilNext());
        foreach (ContinuousProfiler profiler in profilers)
            profiler.Stop();
    }

    // Looks at processes as they appear.
    private bool LookUntilNext()
    {
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < s_interval)
        {
            TimeSpan next = s_interval;
            foreach (ContinuousProfiler profiler in profilers)
                if (profiler.Look() is var pause && pause >= TimeSpan.Zero && pause < next)
                    next = pause;
            // Looks take time as well.
            if (rest(Rest.Of(next, s_interval - time.GetElapsedTime(began))))
                return true;
        }
        return false;
    }
}
