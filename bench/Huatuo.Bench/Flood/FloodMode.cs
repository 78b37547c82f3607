using Huatuo.Bench.Site;

namespace Huatuo.Bench.Flood;

/// <summary>How the agent is set, if it runs at all.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Options">Its options; null without an agent.</param>
/// <param name="Limit">Events a second that it stores at most; 0 is all of them.</param>
internal sealed record FloodMode(string Name, string[]? Options, int Limit)
{
    internal static readonly FloodMode None = new("no agent", null, 0);
    internal static readonly FloodMode Limited = new("default limit", ProductTracers.DropwatchAlone(), 100);
    internal static readonly FloodMode Unlimited = new(
        "no limit, 8 MiB", [.. ProductTracers.DropwatchAlone(), "tracers.dropwatch.max_events_per_second=0", "tracers.dropwatch.ring_bytes=8MiB"], 0);
    internal static readonly FloodMode Everything = new("all defaults", [], 100);

    internal static readonly FloodMode[] All = [None, Limited, Unlimited, Everything];
}
