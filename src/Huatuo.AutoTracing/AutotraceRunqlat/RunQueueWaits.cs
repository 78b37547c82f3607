using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>How long tasks waited for a CPU since the last look, by what the tracer <c>runqlat</c> counts in the kernel. Used by one
/// thread at a time.</summary>
/// <param name="services">Gives the metrics of other tracers.</param>
internal sealed class RunQueueWaits(TracerServices services)
{
    /// <summary>The histogram.</summary>
    internal const string Waits = "huatuo_runqlat_seconds";

    /// <summary>Microseconds of a second.</summary>
    internal const double Million = 1e6;

    private const string Tracer = "runqlat";
    private Reading _before = new();
    private Reading _now = new();

    /// <summary>Looks.</summary>
    /// <returns>How many waits there were, the mean and the upper bound of the longest one's bucket in microseconds; null at the
    /// first look, when counters began anew, and while runqlat does not run.</returns>
    internal (ulong Count, double MeanUs, double LongestUs)? Look()
    {
        (_before, _now) = (_now, _before);
        _now.IsThere = false;
        if (!services.MetricsOf(Tracer, _now))
            _now.IsThere = false;
        if (!_now.IsThere || !_before.IsThere || _now.Count <= _before.Count || _now.Seconds < _before.Seconds)
            return null;
        ulong count = _now.Count - _before.Count;
        return (count, (_now.Seconds - _before.Seconds) * Million / count, _now.LongestSince(_before) * Million);
    }

    private sealed class Reading : MetricWriter
    {
        private ulong[] _counts = [];
        private int _offset;
        private double _zero;
        private bool _isIt;

        internal bool IsThere { get; set; }

        internal ulong Count { get; private set; }

        internal double Seconds { get; private set; }

        public override void Family(string name, MetricKind kind, string help) => _isIt = name == Waits;

        public override void Sample(double value, params ReadOnlySpan<Label> labels)
        {
        }

        public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
        {
            if (!_isIt)
                return;
            (IsThere, Count, Seconds, _offset, _zero) = (true, value.Count, value.Sum, value.Offset, value.ZeroThreshold);
            if (_counts.Length != value.Counts.Length)
                _counts = new ulong[value.Counts.Length];
            value.Counts.CopyTo(_counts);
        }

        internal double LongestSince(Reading before)
        {
            for (int i = _counts.Length - 1; i >= 0; i--)
                if (_counts[i] > (i < before._counts.Length ? before._counts[i] : 0))
                    return ExponentialHistogram.UpperBound(_offset + i);
            return _zero;
        }
    }
}
