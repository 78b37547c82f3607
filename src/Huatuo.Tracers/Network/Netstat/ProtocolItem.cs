namespace Huatuo.Tracers.Network.Netstat;

/// <summary>One counter of a protocol.</summary>
/// <param name="Protocol">As the kernel writes it: <c>TcpExt</c>.</param>
/// <param name="Name">Likewise: <c>ListenDrops</c>.</param>
/// <param name="IsEvent">Whether it only grows.</param>
internal sealed record ProtocolItem(string Protocol, string Name, bool IsEvent)
{
    private static readonly string[] s_levels =
    [
        "Ip_Forwarding", "Ip_DefaultTTL", "Ip_ReasmTimeout", "Ip6_ReasmTimeout", "Tcp_RtoAlgorithm", "Tcp_RtoMin", "Tcp_RtoMax", "Tcp_MaxConn", "Tcp_CurrEstab",
        "MPTcpExt_MPCurrEstab",
    ];

    internal static ProtocolItem Parse(string name)
    {
        int end = name.IndexOf('_', StringComparison.Ordinal);
        return new ProtocolItem(name[..end], name[(end + 1)..], !s_levels.Contains(name));
    }
}
