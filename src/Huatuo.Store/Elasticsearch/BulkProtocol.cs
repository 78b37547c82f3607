using Huatuo.Store.Remote;

namespace Huatuo.Store.Elasticsearch;

/// <summary>
/// The <c>_bulk</c> API without types, which Elasticsearch 7 to 9 and OpenSearch share. Every document is created under its own
/// identifier: one that is there already answers 409, and is delivered.
/// </summary>
/// <param name="index">Where documents go.</param>
internal sealed class BulkProtocol(IndexName index) : IRemoteProtocol
{
    /// <inheritdoc/>
    public string ContentType => "application/x-ndjson";

    /// <inheritdoc/>
    public bool CountsRefusals => false;

    /// <inheritdoc/>
    public Uri Target(Uri root) => Below(root, "_bulk");

    /// <summary>An address below the server's root, which may have a path of its own.</summary>
    public static Uri Below(Uri root, string path) => new(root.OriginalString.TrimEnd('/') + "/" + path);

    /// <inheritdoc/>
    public string? Add(RequestBody body, string tracer, ReadOnlySpan<byte> document)
    {
        if (!Envelope.TryRead(document, out ReadOnlySpan<byte> id, out ReadOnlySpan<byte> timestamp))
            return "the document has no id, or no observed_timestamp";
        if (!index.TryOf(timestamp, out ReadOnlySpan<byte> name))
            return "the document's observed_timestamp is no time";
        body.Write("{\"create\":{\"_index\":\""u8);
        body.Write(name);
        body.Write("\",\"_id\":\""u8);
        body.Write(id);
        body.Write("\"}}\n{\"@timestamp\":\""u8);
        body.Write(timestamp);
        body.Write("\","u8);
        body.Write(document[(document.IndexOf((byte)'{') + 1)..]);
        body.Write("\n"u8);
        return null;
    }

    /// <inheritdoc/>
    public void Begin(RequestBody body)
    {
    }

    /// <inheritdoc/>
    public void End(RequestBody body)
    {
    }

    /// <inheritdoc/>
    public Refusal Judge(in RemoteReply reply)
    {
        if (reply.Status != 400)
            return Refusal.None;
        // A proxy's page, a path without a handler, TLS that is missing: it may be about the address and not about what was sent.
        return ErrorText.TypeOf(reply.Body.Span).Length == 0 ? Refusal.Doubtful : BulkReply.MayPass(Explain(reply)) ? Refusal.None : Refusal.Certain;
    }

    /// <inheritdoc/>
    public string Explain(in RemoteReply reply) => ErrorText.Of(reply.Body.Span);

    /// <inheritdoc/>
    public string? Read(ReadOnlySpan<byte> reply, Span<Outcome> outcomes) => BulkReply.Read(reply, outcomes);
}
