using System.Buffers;
using System.Text.Json;
using Huatuo.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Resources;

/// <summary><c>/version</c>: what runs here, as <c>{version, commit, dotnet, flavour, kernel}</c>.</summary>
internal sealed class VersionResource(VersionInfo version) : IResource
{
    private const string Schema = """
        {"type":"object","required":["version","commit","dotnet","flavour","kernel"],"properties":{
          "version":{"type":"string"},"commit":{"type":"string"},"dotnet":{"type":"string"},
          "flavour":{"type":"string","enum":["jit","r2r","aot"]},"kernel":{"type":"string"}}}
        """;

    private readonly ReadOnlyMemory<byte> _json = Describe(version);

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        Route.Open(
            "/version",
            "What runs here.",
            request => Answer.JsonAsync(request.Context, StatusCodes.Status200OK, _json),
            new Outcome(200, "The program and what it runs on.", "application/json", Schema)),
    ];

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
