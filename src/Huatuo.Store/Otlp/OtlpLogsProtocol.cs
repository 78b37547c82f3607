using Huatuo.Store.Remote;

namespace Huatuo.Store.Otlp;

/// <summary>Logs of OpenTelemetry over HTTP with protobuf, a request for each tracer.</summary>
/// <param name="resource">What all events have in common, by the names of OpenTelemetry.</param>
/// <param name="version">This program's version.</param>
internal sealed class OtlpLogsProtocol(IReadOnlyList<KeyValuePair<string, string>> resource, string version) : IRemoteProtocol
{
    private const int ResourceLogsField = 1;
    private const int ResourceField = 1;
    private const int ScopeLogsField = 2;
    private const int ScopeField = 1;
    private const int RecordsField = 2;

    private readonly ProtoBuffer _message = new();
    private int _resourceLogs;
    private int _scopeLogs;

    /// <inheritdoc/>
    public string ContentType => OtlpReply.ContentType;

    /// <inheritdoc/>
    public bool CountsRefusals => true;

    /// <inheritdoc/>
    public Uri Target(Uri root) => root;

    /// <inheritdoc/>
    public void Begin(RequestBody body)
    {
        _message.Truncate(0);
        _resourceLogs = _message.Begin(ResourceLogsField);
        OtlpOrigin.AddResource(_message, ResourceField, resource);
        _scopeLogs = _message.Begin(ScopeLogsField);
        OtlpOrigin.AddScope(_message, ScopeField, version);
    }

    /// <inheritdoc/>
    public string? Add(RequestBody body, string tracer, ReadOnlySpan<byte> document) => LogRecord.Add(_message, RecordsField, tracer, document);

    /// <inheritdoc/>
    public void End(RequestBody body)
    {
        _message.End(_scopeLogs);
        _message.End(_resourceLogs);
        body.Write(_message.Written);
    }

    /// <inheritdoc/>
    public Refusal Judge(in RemoteReply reply) => OtlpReply.Judge(reply);

    /// <inheritdoc/>
    public string Explain(in RemoteReply reply) => OtlpReply.Explain(reply);

    /// <inheritdoc/>
    public string? Read(ReadOnlySpan<byte> reply, Span<Outcome> outcomes) => OtlpReply.Read(reply, outcomes, outcomes.Length, "events");
}
