namespace Huatuo.Bench.Flood;

/// <summary>How the agent is set, if it runs at all.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Options">Its options; null without an agent.</param>
internal sealed record FloodMode(string Name, string[]? Options)
{
    internal static readonly FloodMode None = new("no agent", null);
    internal static readonly FloodMode Limited = new("default limit", []);
    internal static readonly FloodMode Unlimited = new("no limit, 8 MiB", ["tracers.dropwatch.max_events_per_second=0", "tracers.dropwatch.ring_bytes=8MiB"]);

    internal static readonly FloodMode[] All = [None, Limited, Unlimited];
}
