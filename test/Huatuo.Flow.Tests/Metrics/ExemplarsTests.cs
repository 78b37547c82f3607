using Huatuo.Flow.Metrics;

namespace Huatuo.Flow.Tests.Metrics;

public sealed class ExemplarsTests
{
    private readonly Exemplars _exemplars = new();
    private int _offered;

    private AcceptedEvent Next() => new(new Guid(++_offered, 0, 0, new byte[8]), "t", _offered);

    [Fact]
    public void The_latest_of_each_step_of_four_is_kept()
    {
        ExemplarSlots slots = _exemplars.Of("a_seconds");
        Assert.Same(slots, _exemplars.Of("a_seconds"));
        Assert.True(slots.Read().IsEmpty);
        foreach (double value in new[] { 1.0, 0.3, 4, 1.5, double.Epsilon, 1e-6, 256, 256.1, 1e300 })
            slots.Offer(Next(), value);
        foreach (double none in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            slots.Offer(Next(), none);
        Assert.Equal([(double.Epsilon, 5), (1e-6, 6), (0.3, 2), (1.5, 4), (256, 7), (1e300, 9)], Pairs(slots));
        Assert.True(_exemplars.Of("b_seconds").Read().IsEmpty);
    }

    [Fact]
    public void An_upper_bound_belongs_to_the_step_below()
    {
        var bounds = new MetricFamily("a_seconds", MetricKind.Histogram, "").Bounds.Select(ExponentialHistogram.UpperBound).ToArray();
        ExemplarSlots slots = _exemplars.Of("a_seconds");
        foreach (double bound in bounds)
            slots.Offer(Next(), bound);
        slots.Offer(Next(), bounds[^1] * 1.0001);
        Assert.Equal([.. bounds, bounds[^1] * 1.0001], Pairs(slots).Select(pair => pair.Value));
        for (int i = 0; i < bounds.Length; i++)
            slots.Offer(Next(), Math.BitIncrement(bounds[i]));
        Assert.Equal([bounds[0], .. bounds.Select(Math.BitIncrement)], Pairs(slots).Select(pair => pair.Value));
    }

    [Fact]
    public void Neither_offering_nor_reading_allocates()
    {
        ExemplarSlots slots = _exemplars.Of("a_seconds");
        AcceptedEvent accepted = Next();
        slots.Offer(accepted, 1);
        _ = slots.Read().Length;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i < 1000; i++)
        {
            slots.Offer(accepted, i);
            _ = slots.Read().Length;
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static List<(double Value, int Number)> Pairs(ExemplarSlots slots)
    {
        List<(double, int)> pairs = [];
        foreach (Exemplar exemplar in slots.Read())
            pairs.Add((exemplar.Value, (int)exemplar.Event.UtcNanoseconds));
        return pairs;
    }
}
