using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.LockContention;

/// <summary>The section <c>tracers.lock_contention</c>.</summary>
internal sealed class LockContentionOptions : TracerOptions
{
    public LockContentionOptions() => Enabled = false;

    /// <summary>The keys.</summary>
    public static OptionSchema<LockContentionOptions> Keys { get; } = Schema<LockContentionOptions>("lock_contention");
}
