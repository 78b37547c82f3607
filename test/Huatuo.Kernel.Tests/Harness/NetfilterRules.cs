namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Rules that make netfilter drop packets.</summary>
internal static class NetfilterRules
{
    /// <summary>Drops datagrams to a port where they come in (<c>input</c>) or where they are sent (<c>output</c>).</summary>
    internal static string DropUdp(int port, string hook = "input") =>
        $$"""
        table inet t {
          chain c {
            type filter hook {{hook}} priority 0;
            udp dport {{port}} drop
          }
        }
        """;

    /// <summary>Drops what comes in and meets a condition.</summary>
    /// <param name="condition">As nft writes it.</param>
    /// <param name="times">How often at most.</param>
    internal static string Drop(string condition, int times = int.MaxValue) =>
        $$"""
        table inet t {
          chain c {
            type filter hook input priority 0;
            {{condition}} {{(times == int.MaxValue ? "" : $"limit rate 1/day burst {times} packets")}} drop
          }
        }
        """;
}
