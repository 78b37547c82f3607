using System.Collections.Concurrent;
using Google.Protobuf;
using Huatuo.Store.Tests.Remote;

namespace Huatuo.Store.Tests.Otlp;

/// <summary>A receiver of OpenTelemetry's logs that takes nothing it does not know.</summary>
internal sealed class LogsServer : TestServer
{
    /// <summary>Every request that was taken.</summary>
    public ConcurrentQueue<ExportLogsRequest> Taken { get; } = [];

    /// <summary>What is answered to a request that is taken; an empty message by default.</summary>
    public Func<ExportLogsRequest, ExportLogsReply> Reply { get; set; } = _ => new ExportLogsReply();

    /// <summary>Where logs go.</summary>
    public Uri Logs => new(Address, "/v1/logs");

    public IEnumerable<Record> Records => Taken.SelectMany(request => request.ResourceLogs).SelectMany(logs => logs.ScopeLogs).SelectMany(logs => logs.LogRecords);

    /// <summary>The numbers that the documents of the tests carry, as often as they came.</summary>
    public IEnumerable<long> Numbers => Records.Select(record => Convert.ToInt64(record.Attributes.Single(a => a.Key == "log.record.uid").Value.StringValue[^12..], 16));

    /// <summary>A receiver's own refusal, as OTLP/HTTP has it.</summary>
    public static TestAnswer Refusal(string message) =>
        new(400, new Status { Code = 3, Message = message }.ToByteArray()) { ContentType = "application/x-protobuf" };

    public static ExportLogsRequest Parse(TestRequest request)
    {
        Assert.Equal(("POST", "/v1/logs"), (request.Method, request.Path));
        Assert.Equal("application/x-protobuf", request.Headers["content-type"]);
        byte[] content = request.Content;
        ExportLogsRequest parsed = ExportLogsRequest.Parser.ParseFrom(content);
        Assert.Equal(ExportLogsRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(content).ToByteArray(), parsed.ToByteArray());
        return parsed;
    }

    protected override TestAnswer Answer(TestRequest request)
    {
        ExportLogsRequest parsed = Parse(request);
        Taken.Enqueue(parsed);
        return new TestAnswer(200, Reply(parsed).ToByteArray());
    }
}
