using System.Text;
using Huatuo.Flow.Otlp;
using Huatuo.Store.Remote;

namespace Huatuo.Store.Otlp;

/// <summary>Logs of OpenTelemetry over HTTP with protobuf, a request for each tracer.</summary>
/// <param name="resource">What all events have in common, by the names of OpenTelemetry.</param>
/// <param name="version">This program's version.</param>
internal sealed class OtlpLogsProtocol(IReadOnlyList<KeyValuePair<string, string>> resource, string version) : IRemoteProtocol
{
    private const int ResourceLogsField = 1;
    private const int ResourceField = 1;
    private const int ResourceAttributesField = 1;
    private const int ScopeLogsField = 2;
    private const int ScopeField = 1;
    private const int ScopeNameField = 1;
    private const int ScopeVersionField = 2;
    private const int RecordsField = 2;

    private readonly ProtoBuffer _message = new();
    private int _resourceLogs;
    private int _scopeLogs;

    /// <inheritdoc/>
    public string ContentType => "application/x-protobuf";

    /// <inheritdoc/>
    public bool CountsRefusals => true;

    /// <inheritdoc/>
    public Uri Target(Uri root) => root;

    /// <inheritdoc/>
    public void Begin(RequestBody body)
    {
        _message.Truncate(0);
        _resourceLogs = _message.Begin(ResourceLogsField);
        int described = _message.Begin(ResourceField);
        foreach ((string key, string value) in resource)
            AnyValue.Attribute(_message, ResourceAttributesField, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        _message.End(described);
        _scopeLogs = _message.Begin(ScopeLogsField);
        int scope = _message.Begin(ScopeField);
        _message.Text(ScopeNameField, "huatuo"u8);
        _message.Text(ScopeVersionField, version);
        _message.End(scope);
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
    public Refusal Judge(int status, ReadOnlySpan<byte> reply) => status == 400 ? Refusal.Certain : Refusal.None;

    /// <inheritdoc/>
    public string? Read(ReadOnlySpan<byte> reply, Span<Outcome> outcomes)
    {
        if (!PartialSuccess.TryRead(reply, out long rejected, out string reason))
            return "the answer is no protobuf of OpenTelemetry";
        if (rejected < 0 || rejected > outcomes.Length)
            return $"the answer tells of {rejected} rejected events, and {outcomes.Length} were sent";
        // Which of them is not told, but for all.
        outcomes.Fill(new Outcome(OutcomeKind.Delivered));
        outcomes[..(int)rejected].Fill(new Outcome(OutcomeKind.Refused, ErrorText.Shorten(reason), IsKnown: rejected == outcomes.Length));
        return null;
    }
}
