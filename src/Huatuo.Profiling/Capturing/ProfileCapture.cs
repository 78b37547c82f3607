using System.Globalization;

namespace Huatuo.Profiling.Capturing;

/// <summary>Takes one profile from its start to its end.</summary>
internal static class ProfileCapture
{
    // Code that is compiled, and libraries that are loaded, are looked for as often.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    // How much there is to be taken is not known before the first look.
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(50);

    /// <summary>Takes samples until the time is over, the target is gone, or it is stopped; then ends the profiler.</summary>
    /// <param name="profiler">It, which has just begun.</param>
    /// <param name="target">Whose process or thread is looked for; null for none.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="time">Time.</param>
    /// <param name="stop">Ends it early.</param>
    /// <param name="progress">Told how far it is, a few times a second.</param>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    internal static async Task TakeAsync(IProfiler profiler, ProfileTarget? target, TimeSpan duration, TimeProvider time, CancellationToken stop, Action<TimeSpan>? progress = null)
    {
        profiler.Profile.Start = time.GetUtcNow();
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) is var elapsed && elapsed < duration && !stop.IsCancellationRequested && !IsGone(target))
        {
            TimeSpan left = duration - elapsed, next = Interval(elapsed);
            await LookAsync(profiler, left < next ? left : next, time, stop).ConfigureAwait(false);
            profiler.Take();
            progress?.Invoke(time.GetElapsedTime(began));
        }
        profiler.Stop();
        profiler.Profile.Duration = time.GetElapsedTime(began);
    }

    /// <summary>Looks at processes as they appear, for a while.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    internal static async Task LookAsync(IProfiler profiler, TimeSpan length, TimeProvider time, CancellationToken stop)
    {
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < length && !stop.IsCancellationRequested)
        {
            TimeSpan pause = profiler.Look();
            // A look takes time as well.
            await Task.Delay(Rest.Of(pause, length - time.GetElapsedTime(began)), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>From taking samples to taking them again.</summary>
    /// <param name="elapsed">Since the start.</param>
    internal static TimeSpan Interval(TimeSpan elapsed) => elapsed < s_interval ? s_first : s_interval;

    private static bool IsGone(ProfileTarget? target) =>
        target is { } one && (one.Tid != 0 ? one.Tid : one.Tgid) is > 0 and var task && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{task}"));
}
