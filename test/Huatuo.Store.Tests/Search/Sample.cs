using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Huatuo.Linux.Clock;

namespace Huatuo.Store.Tests.Search;

/// <summary>Documents as tracers make them, from a seed.</summary>
internal sealed class Sample(int seed = 1)
{
    public const long StartNs = 1_795_000_000_000_000_000;

    public static readonly string[] Tracers = ["dropwatch", "oom", "hungtask"];

    private static readonly string[] Functions = ["tcp_v4_rcv", "ip_local_deliver", "__netif_receive_skb", "kfree_skb", "do_syscall_64", "nf_hook_slow", "napi_poll", "io_schedule"];
    private static readonly string[] Comms = ["nginx", "curl", "kworker/0:1", "my \"app\"", "数据库", "a#b"];
    private static readonly string[] Reasons = ["NO_SOCKET", "TCP_CLOSE", "NETFILTER_DROP"];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Random _random = new(seed);
    private readonly List<string> _stacks = [];

    /// <summary>The tracer of a document.</summary>
    public static string Tracer(byte[] document) => JsonDocument.Parse(document).RootElement.GetProperty("tracer_name").GetString()!;

    /// <summary>When a document says that it happened.</summary>
    public static long TimeNs(byte[] document)
    {
        Assert.True(UtcTimestamp.TryParse(Encoding.UTF8.GetBytes(JsonDocument.Parse(document).RootElement.GetProperty("observed_timestamp").GetString()!), out long time));
        return time;
    }

    /// <summary>Another document.</summary>
    /// <param name="number">Its number, which gives its time, a millisecond for each, and its port.</param>
    public byte[] Document(int number)
    {
        string time = Time(StartNs + number * 1_000_000L);
        string tracer = Tracers[_random.Next(10) == 0 ? 1 + _random.Next(2) : 0];
        string container = _random.Next(3) == 0 ? $",\"container_id\":\"{Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"{_random.Next(4)}-container-{0:d20}"))}\"" : "";
        string comm = JsonSerializer.Serialize(Comms[_random.Next(Comms.Length)], Relaxed);
        string data = tracer switch
        {
            "dropwatch" => $$$"""
                "drop_reason":"{{{Reasons[_random.Next(Reasons.Length)]}}}","drop_location":"0x{{{_random.NextInt64(1 << 20):x}}}","packet_len_bytes":{{{_random.Next(40, 1500)}}},"layers":{"label":"IPv4/TCP","ipv4":{"saddr":"10.0.0.{{{_random.Next(5)}}}"},"tcp":{"sport":{{{_random.Next(1024, 65536)}}},"dport":{{{number % 500}}},"flags":["SYN","ACK"]}},"stack":{{{Stack()}}}
                """,
            "oom" => $$$"""
                "trigger":{"comm":{{{comm}}},"pid":{{{_random.Next(1000)}}}},"victim":{"comm":"memhog","pid":{{{_random.Next(1000)}}}},"constrained":{{{(_random.Next(2) == 0 ? "true" : "false")}}},"ratio":{{{_random.NextDouble().ToString("R", CultureInfo.InvariantCulture)}}},"missing":null
                """,
            _ => $$$"""
                "blocked":[{"pid":{{{_random.Next(1000)}}},"stack":{{{Stack()}}}},{"pid":{{{_random.Next(1000)}}},"stack":{{{Stack()}}}}],"stack":""
                """,
        };
        string id = $"01a2073e-4230-7066-866a-{number:x12}";
        return Encoding.UTF8.GetBytes($$$"""
            {"id":"{{{id}}}","hostname":"vm","region":"","time":"{{{time}}}","uploaded_time":"{{{time}}}","tracer_time":"{{{time}}}","observed_timestamp":"{{{time}}}"{{{container}}},"tracer_name":"{{{tracer}}}","tracer_id":"{{{id}}}","tracer_type":"event","tracer_data":{"observed_timestamp":"{{{time}}}","comm":{{{comm}}},"pid":{{{_random.Next(1000)}}},{{{data}}}}}
            """);
    }

    /// <summary>The time of the document of a number, as documents have it.</summary>
    public static string Time(long ns)
    {
        byte[] time = new byte[UtcTimestamp.Length];
        UtcTimestamp.TryFormat(ns, time);
        return Encoding.ASCII.GetString(time);
    }

    // Few stacks are distinct.
    private string Stack()
    {
        if (_stacks.Count < 40)
        {
            IEnumerable<string> frames = Enumerable.Range(0, _random.Next(2, 12)).Select(_ => $"{Functions[_random.Next(Functions.Length)]}+0x{_random.Next(256):x} [mod\"{_random.Next(3)}]");
            _stacks.Add(JsonSerializer.Serialize(string.Join('\n', frames), Relaxed));
        }
        return _stacks[_random.Next(_stacks.Count)];
    }
}
