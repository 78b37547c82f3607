using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.Netstat;

/// <summary>The section <c>tracers.netstat</c>.</summary>
internal sealed class NetstatOptions : TracerOptions
{
    /// <summary>Which are shown.</summary>
    public string Included { get; set; } = "";

    /// <summary>Which are not.</summary>
    public string Excluded { get; set; } = "";

    /// <summary>Which are shown of containers.</summary>
    public string IncludedOnContainer { get; set; } =
        "^Tcp_(ActiveOpens|PassiveOpens|AttemptFails|EstabResets|CurrEstab|InSegs|OutSegs|RetransSegs|InErrs|OutRsts)$|^TcpExt_(Listen|TCPTimeouts|TCPSynRetrans|TCPAbortOn|PruneCalled)|^Udp6?_(InDatagrams|OutDatagrams|NoPorts|InErrors|RcvbufErrors|SndbufErrors)$";

    /// <summary>Which of them are not.</summary>
    public string ExcludedOnContainer { get; set; } = "";

    /// <summary>The keys.</summary>
    public static OptionSchema<NetstatOptions> Keys { get; } = Schema<NetstatOptions>("netstat")
        .Add("included", OptionTypes.Pattern, o => o.Included, (o, v) => o.Included = v, "Only counters in whose name, such as `TcpExt_ListenDrops`, this is found; empty for all.")
        .Add("excluded", OptionTypes.Pattern, o => o.Excluded, (o, v) => o.Excluded = v, "None in whose name this is found.")
        .Add("included_on_container", OptionTypes.Pattern, o => o.IncludedOnContainer, (o, v) => o.IncludedOnContainer = v, "The same for containers.")
        .Add("excluded_on_container", OptionTypes.Pattern, o => o.ExcludedOnContainer, (o, v) => o.ExcludedOnContainer = v, "The same for containers.");
}
