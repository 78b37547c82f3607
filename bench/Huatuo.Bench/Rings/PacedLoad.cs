using Huatuo.Bench.Native;

namespace Huatuo.Bench.Rings;

/// <summary>Records at an even pace, from a thread on CPU 0.</summary>
internal static class PacedLoad
{
    /// <summary>Makes so many.</summary>
    /// <exception cref="OperationCanceledException">It was stopped early.</exception>
    internal static async Task RunAsync(ConsumerLibrary native, int count, int perSecond, CancellationToken stop)
    {
        using var flag = new SharedTally();
        using (stop.Register(flag.Halt))
            await Affinity.RunOn(0, "bench-load", () => Run(native, count, perSecond, flag));
        stop.ThrowIfCancellationRequested();
    }

    private static unsafe bool Run(ConsumerLibrary native, int count, int perSecond, SharedTally flag)
    {
        native.LoadPaced(count, perSecond, flag.Halted);
        return true;
    }
}
