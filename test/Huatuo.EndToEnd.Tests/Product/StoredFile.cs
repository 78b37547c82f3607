using System.Text;
using System.Text.Json;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>A file of stored documents.</summary>
internal sealed record StoredFile(string Path)
{
    /// <summary>All lines that have an end; empty when there is no file.</summary>
    public string[] Lines()
    {
        if (!File.Exists(Path))
            return [];
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    /// <summary>Parses every line.</summary>
    /// <exception cref="JsonException">A line is not a document.</exception>
    public List<JsonElement> Documents() => [.. Lines().Select(line => JsonElement.Parse(line))];

    /// <summary>The first document with this destination port.</summary>
    public JsonDocument? To(int port) =>
        Lines().Select(line => JsonDocument.Parse(line)).FirstOrDefault(document => DropDocument.Port(document.RootElement) == port);
}
