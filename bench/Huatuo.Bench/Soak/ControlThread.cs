using Huatuo.Bench.Native;

namespace Huatuo.Bench.Soak;

/// <summary>
/// A thread on each CPU that sleeps until the next millisecond and notes how late it wakes: what the machine itself did
/// to whoever wanted to run, measured without the agent.
/// </summary>
internal sealed class ControlThread
{
    private const int Monotonic = 1;
    private const int Absolute = 1;
    private readonly Task<bool> _done;
    private volatile bool _stop;

    internal ControlThread(int cpu, TimeSpan limit)
    {
        Cpu = cpu;
        _done = Affinity.RunOn(cpu, $"control-{cpu}", () => Watch(limit));
    }

    internal int Cpu { get; }

    /// <summary>Wake-ups that came later than the limit.</summary>
    internal long Late { get; private set; }

    /// <summary>The latest.</summary>
    internal TimeSpan Longest { get; private set; }

    internal async Task StopAsync()
    {
        _stop = true;
        await _done;
    }

    private unsafe bool Watch(TimeSpan limit)
    {
        const long Millisecond = 1_000_000;
        while (!_stop)
        {
            long next = Now() + Millisecond;
            var until = new Libc.Timespec { Seconds = next / 1_000_000_000, Nanoseconds = next % 1_000_000_000 };
            _ = Libc.clock_nanosleep(Monotonic, Absolute, &until, null);
            TimeSpan late = TimeSpan.FromMicroseconds((Now() - next) / 1e3);
            if (late > limit)
                Late++;
            if (late > Longest)
                Longest = late;
        }
        return true;
    }

    private static unsafe long Now()
    {
        Libc.Timespec time;
        _ = Libc.clock_gettime(Monotonic, &time);
        return time.Seconds * 1_000_000_000 + time.Nanoseconds;
    }
}
