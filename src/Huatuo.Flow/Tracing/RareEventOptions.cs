using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tracing;

/// <summary>The options of a tracer whose events are rare, so that a small ring holds them.</summary>
public class RareEventOptions : EventTracerOptions
{
    /// <summary>With a ring of 128 KiB.</summary>
    public RareEventOptions() => RingBytes = ByteSize.KiB(128);
}
