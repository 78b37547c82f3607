using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>The section <c>tracers.oom</c>.</summary>
internal sealed class OomOptions : RareEventOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<OomOptions> Keys { get; } = Schema<OomOptions>("oom");
}
