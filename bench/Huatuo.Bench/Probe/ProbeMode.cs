using Huatuo.Flow.Options;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Bench.Probe;

/// <summary>What becomes of a drop in the program.</summary>
/// <param name="Name">In tables.</param>
/// <param name="Options">Options that have it so.</param>
internal sealed record ProbeMode(string Name, Func<DropwatchOptions> Options)
{
    internal static readonly ProbeMode Emitted = new("emitted", () => new DropwatchOptions { MaxEventsPerSecond = 0, RingBytes = ByteSize.MiB(8) });
    internal static readonly ProbeMode Limited = new("rate-limited", () => new DropwatchOptions { MaxEventsPerSecond = 1 });
    internal static readonly ProbeMode Filtered = new("filtered", () => new DropwatchOptions { Protocols = [PacketProtocol.Udp] });
}
