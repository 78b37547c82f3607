using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>The section <c>tracers.lacp</c>.</summary>
internal sealed class LacpOptions : EventTracerOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<LacpOptions> Keys { get; } = Schema<LacpOptions>("lacp");
}
