using System.Diagnostics.CodeAnalysis;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Filters;

/// <summary>
/// A filter for packets, written as a pcap expression, for programs that include <c>packet_filter.h</c>. It is compiled for
/// packets that begin with the IP header and for those that begin with an Ethernet header, as far as the expression makes
/// sense for either.
/// </summary>
public sealed class PacketFilter
{
    /// <summary>FILTER_SLOTS in packet_filter.h.</summary>
    private const int Slots = 2048;
    private const int LinkEthernet = 1, LinkRaw = 12;

    /// <summary>What to do where libpcap is missing.</summary>
    public const string Remedy = "on Debian: apt-get install libpcap0.8";

    private static readonly string[] s_libraries = ["libpcap.so.1", "libpcap.so.0.8"];

    private PacketFilter(string expression, ClassicInstruction[] raw, ClassicInstruction[] ethernet, List<FunctionBody> bodies)
    {
        Expression = expression;
        Raw = raw;
        Ethernet = ethernet;
        Bodies = bodies;
    }

    /// <summary>As it was written.</summary>
    public string Expression { get; }

    /// <summary>For packets that begin with the IP header; empty when none of those can match, or the question makes no sense.</summary>
    public IReadOnlyList<ClassicInstruction> Raw { get; }

    /// <summary>For packets that begin with an Ethernet header; empty when none can match.</summary>
    public IReadOnlyList<ClassicInstruction> Ethernet { get; }

    internal IReadOnlyList<FunctionBody> Bodies { get; }

    /// <summary>Whether libpcap is installed, which expressions are compiled with.</summary>
    public static bool IsSupported
    {
        get
        {
            using LibPcap? pcap = LibPcap.TryOpen(s_libraries);
            return pcap is not null;
        }
    }

    /// <summary>Compiles an expression with libpcap, which looks up names of hosts and services in it.</summary>
    /// <param name="expression">Such as <c>tcp port 443 and host 10.0.0.1</c>; pcap-filter(7) tells the language.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="error">What libpcap says against it, or that libpcap is missing.</param>
    public static bool TryCompile(string expression, [NotNullWhen(true)] out PacketFilter? filter, [NotNullWhen(false)] out string? error) =>
        TryCompile(expression, s_libraries, out filter, out error);

    internal static bool TryCompile(string expression, ReadOnlySpan<string> libraries, [NotNullWhen(true)] out PacketFilter? filter, [NotNullWhen(false)] out string? error)
    {
        (filter, error) = (null, null);
        using LibPcap? pcap = LibPcap.TryOpen(libraries);
        if (pcap is null)
        {
            error = "a filter needs libpcap, which is not installed; " + Remedy;
            return false;
        }
        ClassicInstruction[]? ethernet = pcap.Compile(LinkEthernet, expression, out string refusal);
        ClassicInstruction[]? raw = pcap.Compile(LinkRaw, expression, out _);
        if (raw is null && ethernet is null)
        {
            error = refusal;
            return false;
        }
        List<FunctionBody> bodies = [];
        try
        {
            if (raw is not null)
                bodies.Add(new FunctionBody("filter_raw", ClassicTranslation.Translate(raw)));
            if (ethernet is not null)
                bodies.Add(new FunctionBody("filter_ethernet", ClassicTranslation.Translate(ethernet)));
        }
        catch (ArgumentException)
        {
            error = "libpcap makes a program with a loop of this, which the kernel does not take; write it without protochain";
            return false;
        }
        if (bodies.Max(body => body.Instructions.Count) is > Slots and int longest)
        {
            error = $"too long: it takes {longest} instructions, and there is room for {Slots}";
            return false;
        }
        filter = new PacketFilter(expression, raw ?? [], ethernet ?? [], bodies);
        return true;
    }
}
