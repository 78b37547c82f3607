using Huatuo.Flow.Metrics;

namespace Huatuo.Tracers.Collecting;

/// <summary>One family of a <see cref="SeriesTable"/>.</summary>
/// <param name="Family">The family.</param>
/// <param name="Divisor">What the kernel's number is divided by to come to the family's unit.</param>
internal readonly record struct Column(MetricFamily Family, double Divisor = 1);
