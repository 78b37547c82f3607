using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>What documents of late packets must hold.</summary>
internal static class ExpectedLateness
{
    private const string Data = "tracer_data.";

    // The offset of the wall clock is known to a microsecond, and spans are counted in ticks.
    private static readonly TimeSpan s_exactness = TimeSpan.FromMicroseconds(20);

    /// <summary>Holds up data, a byte more than before, until it is told: the kernel begins to stamp packets a moment later.</summary>
    /// <param name="tracer">The tracer.</param>
    /// <param name="stage">Where it is late.</param>
    /// <param name="port">Where it goes.</param>
    /// <param name="overhead">How much longer the packet is there than its data.</param>
    /// <param name="provoke">Holds up so many bytes.</param>
    /// <param name="fewest">How many bytes at first.</param>
    internal static async Task<(JsonElement Document, LateArrival Late)> ToldAsync(
        this RunningTracer tracer, string stage, int port, int overhead, Func<int, Task<LateArrival>> provoke, int fewest = 1000)
    {
        const int patience = 200;
        List<LateArrival> provoked = [];
        while (provoked.Count < patience)
        {
            provoked.Add(await provoke(fewest + provoked.Count));
            // On a machine that is busy others are late as well.
            foreach (JsonElement document in tracer.Sink.Documents.Where(document => document.Data().Text("latency_stage") == stage && document.To(port)))
                if (provoked.Find(late => document.Data().Text("packet_len_bytes") == $"{late.Bytes + overhead}") is { } late)
                {
                    tracer.Sink.Observed.See(document);
                    return (document, late);
                }
        }
        tracer.Sink.Observed.See(provoked: 1, seen: 0);
        throw new TimeoutException($"no {stage} for port {port}; these came:\n{string.Join('\n', tracer.Sink.Documents)}");
    }

    /// <summary>Whether it is of a packet to a port.</summary>
    internal static bool To(this JsonElement document, int port) =>
        document.Data().Text("tcp_dport") + document.Data().Text("udp_dport") == $"{port}";

    internal static ExpectedDocument Lateness(
        this ExpectedDocument expected, JsonElement document, LateArrival late, string stage, string since, int overhead) => expected
        .Envelope(document, "net_rx_latency", late.Before, late.After)
        .Is(Data + "latency_stage", stage)
        .Holds(Data + "latency_ms", $"{late.Least} to {late.Most}", text => TimeSpan.FromMilliseconds(double.Parse(text, CultureInfo.InvariantCulture)) is var latency
            && latency >= late.Least - s_exactness && latency <= late.Most + s_exactness)
        .Is(Data + "latency_threshold_ms", LateArrival.Threshold.TotalMilliseconds)
        .Is(Data + "latency_since", since)
        .Is(Data + "packet_len_bytes", late.Bytes + overhead);

    internal static ExpectedDocument Endpoints(this ExpectedDocument expected, string type, IPEndPoint from, IPEndPoint to) => expected
        .Is(Data + "type", type)
        .Is($"{Data}{type}_saddr", from.Address)
        .Is($"{Data}{type}_daddr", to.Address)
        .Is($"{Data}{type}_sport", from.Port)
        .Is($"{Data}{type}_dport", to.Port);

    /// <summary>The segment as it was on the wire.</summary>
    internal static ExpectedDocument Segment(this ExpectedDocument expected, TcpPair pair, LateArrival late)
    {
        pair.SeeSegment(late.Bytes);
        return expected
            .Is(Data + "tcp_seq", pair.SequenceNumber)
            .Is(Data + "tcp_ack_seq", pair.AcknowledgementNumber);
    }

    /// <summary>A thread of this program did it.</summary>
    internal static ExpectedDocument Task(this ExpectedDocument expected, LateArrival late)
    {
        // hierarchy:controllers:path; the memory controller's where it has one of its own, else the default hierarchy.
        string[][] cgroups = [.. File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3))];
        string cgroup = (cgroups.FirstOrDefault(line => line[1].Split(',').Contains("memory")) ?? cgroups.Single(line => line[0] == "0"))[2];
        return expected
            .Is(Data + "context", "task")
            .Matches(Data + "cpu", @"\d+")
            .Is(Data + "comm", "provoker")
            .Is(Data + "pid", Environment.ProcessId)
            .Is(Data + "tid", late.Tid)
            .Matches(Data + "memory_cgroup_css_addr", "0x[0-9a-f]{16}")
            .Is(Data + "cgroup_path", cgroup);
    }

    /// <summary>A softirq did it, in the way of whatever thread.</summary>
    internal static ExpectedDocument Softirq(this ExpectedDocument expected, int cpu, JsonElement document) => expected
        .Is(Data + "context", "softirq")
        .Is(Data + "cpu", cpu)
        .Is(Data + "interrupted.comm", document.Data().Text("interrupted.comm"))
        .Matches(Data + "interrupted.pid", @"\d+")
        .Matches(Data + "interrupted.tid", @"\d+");

    internal static async Task<ExpectedDocument> NamespaceAsync(this ExpectedDocument expected, NetworkNamespace where, JsonElement document)
    {
        // Before 5.14 nobody but the kernel gives a cookie, and before 5.12 it is 0 until somebody asks.
        ulong? cookie = await where.CookieAsync();
        expected.Is(Data + "net_namespace_inum", where.Inum);
        return cookie is { } known ? expected.Is(Data + "net_namespace_cookie", known) : expected.NetnsCookie(document);
    }
}
