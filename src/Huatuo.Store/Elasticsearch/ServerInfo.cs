using System.Globalization;
using System.Text.Json;

namespace Huatuo.Store.Elasticsearch;

/// <summary>What a server says about itself at its root.</summary>
/// <param name="IsOpenSearch">OpenSearch, or else Elasticsearch.</param>
/// <param name="Version">Such as <c>7.10.2</c>.</param>
/// <param name="Flavor">Of Elasticsearch: <c>default</c>, or <c>oss</c> and others without the features under Elastic's licence.</param>
internal sealed record ServerInfo(bool IsOpenSearch, string Version, string Flavor)
{
    /// <summary>The type for an object of any members, or null when the server has none.</summary>
    public string? FlatType => IsOpenSearch
        ? IsAtLeast(2, 7) ? "flat_object" : null
        : Flavor is "default" or "serverless" && IsAtLeast(7, 3) ? "flattened" : null;

    /// <summary>What it is, in words.</summary>
    public override string ToString() => $"{(IsOpenSearch ? "OpenSearch" : "Elasticsearch")} {Version}";

    /// <summary>Reads the answer to <c>GET /</c>; null when it is none.</summary>
    public static ServerInfo? Parse(ReadOnlyMemory<byte> reply)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(reply);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("version", out JsonElement version) && version.ValueKind == JsonValueKind.Object
                && Text(version, "number") is { Length: > 0 } number
                ? new ServerInfo(Text(version, "distribution") == "opensearch", number, Text(version, "build_flavor"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private bool IsAtLeast(int major, int minor)
    {
        string[] parts = Version.Split('.');
        return parts.Length >= 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int own)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int ownMinor)
            && (own > major || (own == major && ownMinor >= minor));
    }
}
