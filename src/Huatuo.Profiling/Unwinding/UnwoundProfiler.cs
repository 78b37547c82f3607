namespace Huatuo.Profiling.Unwinding;

/// <summary>A profiler that has an unwinder for itself alone.</summary>
/// <param name="profiler">It.</param>
/// <param name="unwinder">Ended with it.</param>
internal sealed class UnwoundProfiler(IProfiler profiler, Unwinder unwinder) : IProfiler
{
    /// <inheritdoc/>
    public Profile Profile => profiler.Profile;

    /// <inheritdoc/>
    public void Take() => profiler.Take();

    /// <inheritdoc/>
    public TimeSpan Look() => profiler.Look();

    /// <inheritdoc/>
    public void Stop() => profiler.Stop();

    /// <inheritdoc/>
    public void Dispose()
    {
        profiler.Dispose();
        unwinder.Dispose();
    }
}
