using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Resources;

/// <summary><c>/version</c>: what runs here, as <c>{version, commit, dotnet, flavour, kernel}</c>.</summary>
internal sealed class VersionResource(VersionInfo version) : IResource
{
    private readonly ReadOnlyMemory<byte> _json = Describe(version);

    /// <inheritdoc/>
    public string Path => "/version";

    /// <inheritdoc/>
    public Task GetAsync(HttpContext context) => Answer.JsonAsync(context, StatusCodes.Status200OK, _json);

    private static ReadOnlyMemory<byte> Describe(VersionInfo version)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("version"u8, version.Version);
            writer.WriteString("commit"u8, version.Commit);
            writer.WriteString("dotnet"u8, version.Dotnet);
            writer.WriteString("flavour"u8, version.Flavour);
            writer.WriteString("kernel"u8, version.Kernel);
            writer.WriteEndObject();
        }

        return json.WrittenMemory;
    }
}
