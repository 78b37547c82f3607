using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>How long tasks waited for a CPU since the last look, by what the tracer <c>runqlat</c> counts in the kernel. Used by one
/// thread at a time.</summary>
/// <param name="services">Gives the metrics of other tracers.</param>
internal sealed class RunQueueWaits(TracerServices services)
{
    private const string Tracer = "runqlat", Waits = "huatuo_runqlat_seconds";
    private const double Million = 1e6;
    private (ulong Count, double Seconds)? _before;

    /// <summary>Looks.</summary>
    /// <returns>How many waits there were, and the mean in microseconds; null at the first look, when counters began anew, and while
    /// runqlat does not run.</returns>
    internal (ulong Count, double MeanUs)? Look()
    {
        var reader = new Reader();
        (ulong Count, double Seconds)? now = services.MetricsOf(Tracer, reader) ? reader.Sum : null;
        (ulong, double)? looked = null;
        if (now is { } sum && _before is { } before && sum.Count > before.Count && sum.Seconds >= before.Seconds)
            looked = (sum.Count - before.Count, (sum.Seconds - before.Seconds) * Million / (sum.Count - before.Count));
        _before = now;
        return looked;
    }

    private sealed class Reader : MetricWriter
    {
        private bool _isIt;

        internal (ulong Count, double Seconds)? Sum { get; private set; }

        public override void Family(string name, MetricKind kind, string help) => _isIt = name == Waits;

        public override void Sample(double value, params ReadOnlySpan<Label> labels)
        {
        }

        public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
        {
            if (_isIt)
                Sum = (value.Count, value.Sum);
        }
    }
}
