using Huatuo.Store.Remote;

namespace Huatuo.Store.Otlp.Profiles;

/// <summary>
/// Profiles of OpenTelemetry over HTTP with protobuf: <c>ExportProfilesServiceRequest</c>,
/// <c>collector/profiles/v1development/profiles_service.proto</c> of opentelemetry-proto 1.10.
/// </summary>
/// <param name="resource">What all profiles have in common, by the names of OpenTelemetry.</param>
/// <param name="version">This program's version.</param>
internal sealed class OtlpProfilesProtocol(IReadOnlyList<KeyValuePair<string, string>> resource, string version) : IRemoteProtocol
{
    private const int ResourceProfilesField = 1;
    private const int DictionaryField = 2;
    private const int ResourceField = 1;
    private const int ScopeProfilesField = 2;
    private const int ScopeField = 1;
    private const int ProfilesField = 2;

    private readonly ProtoBuffer _message = new();
    private readonly ProfileDictionary _dictionary = new();
    private int _profiles;

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
        _dictionary.Clear();
        _profiles = 0;
    }

    /// <inheritdoc/>
    public string? Add(RequestBody body, string tracer, ReadOnlySpan<byte> document)
    {
        if (ProfileDocument.Read(document) is not { } profile)
            return "the document is no profile";
        int resourceProfiles = _message.Begin(ResourceProfilesField);
        OtlpOrigin.AddResource(_message, ResourceField, [.. resource, .. profile.Resource]);
        int scopeProfiles = _message.Begin(ScopeProfilesField);
        OtlpOrigin.AddScope(_message, ScopeField, version);
        _profiles += ProfileMessage.Add(_message, ProfilesField, profile, _dictionary);
        _message.End(scopeProfiles);
        _message.End(resourceProfiles);
        return null;
    }

    /// <inheritdoc/>
    public void End(RequestBody body)
    {
        _dictionary.Write(_message, DictionaryField);
        body.Write(_message.Written);
    }

    /// <inheritdoc/>
    public Refusal Judge(in RemoteReply reply) => OtlpReply.Judge(reply);

    /// <inheritdoc/>
    public string Explain(in RemoteReply reply) => OtlpReply.Explain(reply);

    /// <inheritdoc/>
    /// <remarks>A document is several profiles, and which are rejected is not told: every one is taken to be of another document.</remarks>
    public string? Read(ReadOnlySpan<byte> reply, Span<Outcome> outcomes) => OtlpReply.Read(reply, outcomes, _profiles, "profiles");
}
