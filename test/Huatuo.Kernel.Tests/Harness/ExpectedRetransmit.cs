using System.Globalization;
using System.Text.Json;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>What the document of a retransmission must hold: all that the frames on the wire say, and what its cause says.</summary>
internal sealed record ExpectedRetransmit(string Reason, string Phase, string State)
{
    private const string Data = "tracer_data.";
    private const string Address = "0x[0-9a-f]{4,16}";
    private static readonly string[] s_flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    /// <summary>The timer that is pending, as a pattern.</summary>
    internal string Pending { get; init; } = @"\d";

    /// <summary>The state of congestion control.</summary>
    internal int CaState { get; init; }

    internal int DsackDups { get; init; }

    internal bool IsSynAck { get; init; }

    /// <summary>The field <c>drop_location</c>.</summary>
    internal string DropLocation { get; init; } = "unknown";

    /// <summary>Which packet this host dropped, and the document of that.</summary>
    internal (string Packet, JsonElement Document, RunningTracer Tracer)? Drop { get; init; }

    /// <summary>Compares a document with all of this.</summary>
    /// <param name="document">The document.</param>
    /// <param name="link">The connection.</param>
    /// <param name="network">Its namespaces.</param>
    /// <param name="before">When nothing had been sent yet.</param>
    /// <returns>The flags of the segment.</returns>
    internal string Check(JsonElement document, TcpLink link, TestNetwork network, DateTimeOffset before)
    {
        NetworkNamespace sender = IsSynAck ? network.Right : network.Left;
        TcpFrame[] frames = link.Frames(
            IsSynAck ? link.To : link.From, (uint)document.Data().GetProperty("tcp_seq").GetInt64(), 2);
        TcpFrame again = frames[1];
        Assert.Equal(frames[0].End, again.End);
        var expected = new ExpectedDocument()
            .Envelope(document, "tcp_retransmit", before, TimeProvider.System.GetUtcNow())
            .Is(Data + "tcp_reason", Reason)
            .Is(Data + "phase", Phase)
            .Is(Data + "event_type", IsSynAck ? "tcp_retransmit_synack" : "tcp_retransmit_skb")
            .Is(Data + "source", "events")
            .Is(Data + "net_namespace_inum", sender.Inum)
            .NetnsCookie(document)
            .Is(Data + "tcp_state", State)
            .Is(Data + "tcp_saddr", again.Source)
            .Is(Data + "tcp_daddr", again.Destination)
            .Is(Data + "tcp_sport", again.SourcePort)
            .Is(Data + "tcp_dport", again.DestinationPort)
            .Is(Data + "tcp_seq", again.Sequence)
            .Is(Data + "tcp_ack_seq", again.Acknowledgement)
            .Is(Data + "tcp_end_seq", again.End)
            .Is(Data + "tcp_flags", string.Join(',', s_flags.Where((_, bit) => (again.Flags >> bit & 1) != 0)))
            .Matches(Data + "icsk_retransmits", "[01]")
            .Is(Data + "drop_location", DropLocation);
        if (!IsSynAck)
            expected
                .Matches(Data + "icsk_pending", Pending)
                .Is(Data + "ca_state", CaState)
                .Is(Data + "reord_seen", 0)
                .Is(Data + "dsack_dups", DsackDups)
                .Matches(Data + "skb_addr", Address);
        if (Drop is { } drop)
            expected
                .Is(Data + "drop_packet", drop.Packet)
                .Is(Data + "drop_reason", drop.Document.Data().Text("drop_reason"))
                .Is(Data + "drop_symbol", drop.Tracer.Symbol(drop.Document.Data().Hex("drop_location")))
                .Is(Data + "drop_skb_addr", drop.Document.Data().Text("packet_skb_addr"))
                .Holds(Data + "drop_age_ns", $"{Age(drop.Document, document)}, as two clocks tell it", age =>
                    Math.Abs(long.Parse(age, CultureInfo.InvariantCulture) - Age(drop.Document, document)) < 1_000_000);
        Who(expected, document.Data()).Check(document);
        return document.Data().Text("tcp_flags");
    }

    private static long Age(JsonElement drop, JsonElement document) => Nanoseconds(document) - Nanoseconds(drop);

    private static long Nanoseconds(JsonElement document)
    {
        string text = document.Text("observed_timestamp");
        return ExpectedEnvelope.At(text).UtcTicks * 100 + int.Parse(text[27..29], CultureInfo.InvariantCulture);
    }

    // A timer runs in a softirq; what an acknowledgement brings about, in the task too that has the socket at that moment.
    private static ExpectedDocument Who(ExpectedDocument expected, JsonElement data)
    {
        string task = Data;
        expected.Matches(Data + "cpu", @"\d+").Matches(Data + "context", "task|softirq");
        if (data.Text("context") == "task")
            expected.Matches(Data + "memory_cgroup_css_addr", Address);
        else
            task += "interrupted.";
        expected.Matches(task + "comm", "[^\0]*").Matches(task + "pid", @"\d+").Matches(task + "tid", @"\d+");
        // Where sockets tell their cgroup, or in task context.
        return data.TryGetProperty("cgroup_path", out _) ? expected.Matches(Data + "cgroup_path", "/.*") : expected;
    }
}
