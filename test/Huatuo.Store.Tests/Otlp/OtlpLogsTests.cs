using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Otlp;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.Elasticsearch;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Remote;
using Huatuo.Store.Tests.Spool;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Store.Tests.Otlp;

public sealed class OtlpLogsTests : IAsyncDisposable
{
    private const string Drop =
        """{"id":"0193653c-0000-7000-8000-000000000007","hostname":"n1","region":"eu","time":"2026-11-26T08:00:00.000000002Z","observed_timestamp":"2026-11-26T08:00:00.000000001Z","container_id":"c1","container_name":"web","container_type":"normal","pod_name":"web-1","pod_namespace":"shop","pod_uid":"u1","container_image":"web:1","pod_labels":{"app":"web","app.kubernetes.io/name":"shop"},"tracer_name":"dropwatch","tracer_id":"x","tracer_type":"event","tracer_data":{"comm":"a\"b\u00e9","pid":7,"tid":8,"netdev_name":"lo","ratio":0.5,"big":18446744073709551615,"negative":-3,"yes":true,"no":null,"list":["x",{"y":1}],"layers":{"label":"IPv4/TCP","ether":{"saddr":"00:00:00:00:00:00"},"ipv4":{"saddr":"10.0.0.1","daddr":"10.0.0.2"},"tcp":{"sport":1234,"dport":443}}}}""";

    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();
    private readonly LogsServer _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _log = [];
    private readonly Dictionary<string, (IEventChannel Channel, SinkLedger Ledger, long Accepted)> _tracers = [];
    private readonly OtlpLogsSink _sink;

    public OtlpLogsTests() => _sink = new OtlpLogsSink(
        new RemoteSinkOptions { Addresses = [_server.Logs], SpoolDirectory = _folder.Path, Timeout = TimeSpan.FromHours(1) },
        [new("service.name", "huatuo"), new("host.name", "n1")], "1.2.3", _time, _log.Enqueue);

    private string Refused => Path.Combine(_folder.Path, "refused.jsonl");

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        await _server.DisposeAsync();
        foreach (var tracer in _tracers.Values)
            Assert.Equal(tracer.Accepted, tracer.Ledger.Stored + tracer.Ledger.DeadLetters + tracer.Ledger.Pending + SinkStand.Dropped(tracer.Ledger));
        _folder.Dispose();
    }

    [Fact]
    public async Task An_event_is_a_log_record_by_the_semantic_conventions()
    {
        Accept("dropwatch", Encoding.UTF8.GetBytes(Drop));
        await DeliveredAsync();
        ResourceLogs logs = Assert.Single(Assert.Single(_server.Taken).ResourceLogs);
        Assert.Equal("service.name=huatuo host.name=n1", Show(logs.Resource.Attributes));
        ScopeLogs scope = Assert.Single(logs.ScopeLogs);
        Assert.Equal(("huatuo", "1.2.3"), (scope.Scope.Name, scope.Scope.Version));
        Record record = Assert.Single(scope.LogRecords);
        Assert.Equal((1795680000000000001UL, 1795680000000000002UL), (record.TimeUnixNano, record.ObservedTimeUnixNano));
        Assert.Equal((13, "WARN", "huatuo.dropwatch"), (record.SeverityNumber, record.SeverityText, record.EventName));
        Assert.Equal(
            "log.record.uid=0193653c-0000-7000-8000-000000000007 container.id=c1 container.name=web huatuo.container_type=normal k8s.pod.name=web-1 "
            + "k8s.namespace.name=shop k8s.pod.uid=u1 container.image.name=web:1 k8s.pod.label.app=web k8s.pod.label.app.kubernetes.io/name=shop "
            + "huatuo.tracer=dropwatch huatuo.tracer_type=event thread.name=a\"bé process.pid=7 thread.id=8 network.interface.name=lo network.type=ipv4 "
            + "source.address=10.0.0.1 destination.address=10.0.0.2 network.transport=tcp source.port=1234 destination.port=443",
            Show(record.Attributes));
        Assert.Equal(
            "{comm=a\"bé pid=7 tid=8 netdev_name=lo ratio=0.5 big=18446744073709551615 negative=-3 yes=True no= list=[x {y=1}] layers={label=IPv4/TCP "
            + "ether={saddr=00:00:00:00:00:00} ipv4={saddr=10.0.0.1 daddr=10.0.0.2} tcp={sport=1234 dport=443}}}",
            Show(record.Body));
    }

    [Fact]
    public async Task Every_event_arrives_also_through_an_outage()
    {
        _server.Instead = _ => _server.Requests <= 5 ? new TestAnswer((int)(429 + ((_server.Requests % 2) * 73)), "") : null;
        for (int n = 0; n < 1500; n++)
            Accept(n % 3 == 0 ? "oom" : "ras", ElasticsearchStand.Document(n));
        await DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 1499), _server.Numbers.Order());
        Assert.All(_server.Taken, request => Assert.Single(request.ResourceLogs[0].ScopeLogs[0].LogRecords.Select(record => record.EventName).Distinct()));
        Assert.Equal((500, 1000), (Ledger("oom").Stored, Ledger("ras").Stored));
    }

    [Fact]
    public async Task What_a_receiver_rejects_in_part_counts_as_dead_letters_of_that_tracer_and_is_not_sent_again()
    {
        _server.Reply = request => request.ResourceLogs[0].ScopeLogs[0].LogRecords[0].EventName == "huatuo.oom"
            ? new ExportLogsReply { PartialSuccess = new PartialSuccess { RejectedLogRecords = 3, ErrorMessage = "too old" } }
            : new ExportLogsReply { PartialSuccess = new PartialSuccess { ErrorMessage = "a warning" } };
        for (int n = 0; n < 20; n++)
            Accept(n < 10 ? "oom" : "ras", ElasticsearchStand.Document(n));
        await DeliveredAsync();
        Assert.Equal((7, 3), (Ledger("oom").Stored, Ledger("oom").DeadLetters));
        Assert.Equal((10, 0), (Ledger("ras").Stored, Ledger("ras").DeadLetters));
        Assert.Equal(20, _server.Numbers.Count());
        JsonNode line = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(Refused, TestContext.Current.CancellationToken)))!;
        Assert.Equal(("oom", 3, "too old", null), (line["tracer"]!.GetValue<string>(), line["events"]!.GetValue<int>(), line["reason"]!.GetValue<string>(), line["document"]));
    }

    [Fact]
    public async Task What_a_receiver_refuses_as_bad_is_narrowed_down_to_the_event()
    {
        _server.Instead = request => LogsServer.Parse(request).ResourceLogs[0].ScopeLogs[0].LogRecords.Any(record => record.Attributes[0].Value.StringValue.EndsWith('9'))
            ? LogsServer.Refusal("bad data")
            : null;
        for (int n = 0; n < 30; n++)
            Accept("oom", ElasticsearchStand.Document(n));
        Accept("oom", "no JSON"u8.ToArray());
        await DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 29).Where(n => n % 16 != 9), _server.Numbers.Order());
        Assert.Equal((28, 3), (Ledger("oom").Stored, Ledger("oom").DeadLetters));
        string[] reasons = [.. (await File.ReadAllLinesAsync(Refused, TestContext.Current.CancellationToken)).Select(text => JsonNode.Parse(text.Replace("no JSON", "\"\"", StringComparison.Ordinal))!["reason"]!.GetValue<string>())];
        Assert.Equal(2, reasons.Count(reason => reason == $"{_server.Logs} answers 400: bad data"));
        Assert.Contains("the document is not JSON, or has no id", reasons);
        Assert.False(_sink.Failing);
        Assert.DoesNotContain(_log, line => line.Contains("wait in the spool", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8", "Client sent an HTTP request to an HTTPS server.\n")]
    [InlineData("text/html", "<html>400 Bad Request</html>")]
    [InlineData("application/json", "{}")]
    [InlineData("application/x-protobuf", "Bad Request")]
    public async Task A_refusal_that_may_come_from_elsewhere_costs_nothing_when_it_is_mended(string contentType, string answer)
    {
        bool mended = false;
        _server.Instead = _ => mended ? null : new TestAnswer(400, answer) { ContentType = contentType };
        for (int n = 0; n < 100; n++)
            Accept("oom", ElasticsearchStand.Document(n));
        await UntilAsync(() => _sink.Requests(RequestResult.Failed) >= 3 || Ledger("oom").DeadLetters > 0, "it is not told as a failure");
        Assert.True(_sink.Failing);
        mended = true;
        await DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 99), _server.Numbers.Order());
        Assert.Equal((100, 0), (Ledger("oom").Stored, Ledger("oom").DeadLetters));
        Assert.Contains(_log, line => line.StartsWith($"otlp: {_server.Logs} answers 400: ", StringComparison.Ordinal) && line.EndsWith("; events wait in the spool", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<html>sign in</html>")]
    [InlineData("\u0008")]
    public async Task An_answer_that_is_none_is_no_delivery(string body)
    {
        _server.Instead = _ => _server.Requests <= 2 ? new TestAnswer(200, body) : null;
        Accept("oom", ElasticsearchStand.Document(1));
        await DeliveredAsync();
        Assert.Equal([1L], _server.Numbers);
        Assert.Contains($"otlp: {_server.Logs}: the answer is no protobuf of OpenTelemetry; events wait in the spool", _log);
    }

    [Fact]
    public async Task More_rejected_than_sent_is_no_answer()
    {
        int requests = 0;
        _server.Reply = _ => requests++ == 0 ? new ExportLogsReply { PartialSuccess = new PartialSuccess { RejectedLogRecords = 2 } } : new ExportLogsReply();
        Accept("oom", ElasticsearchStand.Document(1));
        await DeliveredAsync();
        Assert.Equal((1, 0), (Ledger("oom").Stored, Ledger("oom").DeadLetters));
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(9);
        byte[] whole = new ExportLogsReply { PartialSuccess = new PartialSuccess { RejectedLogRecords = 300, ErrorMessage = "why" } }.ToByteArray();
        Assert.True(Huatuo.Flow.Otlp.PartialSuccess.TryRead(whole, out long rejected, out string reason));
        Assert.Equal((300, "why"), (rejected, reason));
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. whole];
            for (int k = random.Next(1, 4); k > 0; k--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Huatuo.Flow.Otlp.PartialSuccess.TryRead(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out _, out _);
        }
    }

    private void Accept(string tracer, byte[] document)
    {
        if (!_tracers.TryGetValue(tracer, out var open))
        {
            var ledger = new SinkLedger("otlp");
            open = (_sink.Open(tracer, ledger), ledger, 0);
        }
        open.Channel.Accept(document);
        _tracers[tracer] = open with { Accepted = open.Accepted + 1 };
    }

    private SinkLedger Ledger(string tracer) => _tracers[tracer].Ledger;

    private Task DeliveredAsync() => UntilAsync(() => _tracers.Values.All(tracer => tracer.Ledger.Pending == 0), "documents stay pending");

    private Task UntilAsync(Func<bool> condition, string what) => SinkStand.Until(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what);

    private static string Show(IEnumerable<KeyValue> members) => string.Join(' ', members.Select(member => $"{member.Key}={Show(member.Value)}"));

    private static string Show(Value value) => value.ValueCase switch
    {
        Value.ValueOneofCase.StringValue => value.StringValue,
        Value.ValueOneofCase.BoolValue => value.BoolValue.ToString(),
        Value.ValueOneofCase.IntValue => FormattableString.Invariant($"{value.IntValue}"),
        Value.ValueOneofCase.DoubleValue => FormattableString.Invariant($"{value.DoubleValue}"),
        Value.ValueOneofCase.ArrayValue => $"[{string.Join(' ', value.ArrayValue.Values.Select(Show))}]",
        Value.ValueOneofCase.KvlistValue => $"{{{Show(value.KvlistValue.Values)}}}",
        _ => "",
    };
}
