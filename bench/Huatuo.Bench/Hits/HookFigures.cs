using Huatuo.Bench.Measure;
using Huatuo.Bpf;

namespace Huatuo.Bench.Hits;

/// <summary>One program of a tracer under load.</summary>
/// <param name="tracer">The tracer.</param>
/// <param name="hook">Where it is attached.</param>
internal sealed class HookFigures(string tracer, string hook)
{
    private readonly Samples _perHit = new();
    private readonly Samples _empty = new();
    private readonly Samples _rate = new();

    internal void Add(BpfProgramStatistics before, BpfProgramStatistics after, double emptyNs, TimeSpan elapsed)
    {
        ulong hits = after.RunCount - before.RunCount;
        _rate.Add(hits / elapsed.TotalSeconds);
        _empty.Add(emptyNs);
        if (hits > 0)
            _perHit.Add((double)(after.RunTimeNanoseconds - before.RunTimeNanoseconds) / hits);
    }

    internal string[] Row() =>
        [tracer, $"`{hook}`", Format.Number(_rate.Median), Format.Number(_perHit.Median), Format.Number(_empty.Median), Format.Number(_rate.Median * (double.IsNaN(_perHit.Median) ? 0 : _perHit.Median) / 1e7)];

    internal static double PerHit(BpfProgramStatistics before, BpfProgramStatistics after) =>
        (double)(after.RunTimeNanoseconds - before.RunTimeNanoseconds) / (after.RunCount - before.RunCount);
}
