using System.Text.Json;

namespace Huatuo.Tracers.Tests;

/// <summary>
/// The fields that a tracer's page tells of, <c>| `name`, `other.*` | type, unit | meaning |</c> below "Fields", and those
/// of identity that the page of the document has: whatever a document has must be there, with its type.
/// </summary>
internal sealed class DocumentedFields
{
    private readonly Dictionary<string, string> _types = [];

    internal DocumentedFields(string tracer)
    {
        string root = Root();
        string page = Directory.EnumerateFiles(Path.Combine(root, "src"), "README.md", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Single(text => text.StartsWith($"# {tracer}\n", StringComparison.Ordinal));
        Read(File.ReadAllText(Path.Combine(root, "docs/reference/document.md")), "Whose it is");
        Read(page, "Fields");
    }

    /// <summary>Fails on a field of <c>tracer_data</c> that the page lacks or gives another type.</summary>
    internal void Check(ReadOnlyMemory<byte> document)
    {
        using JsonDocument parsed = JsonDocument.Parse(document);
        foreach (JsonProperty field in parsed.RootElement.GetProperty("tracer_data").EnumerateObject())
            Check(field.Name, field.Value);
    }

    private void Read(string page, string heading)
    {
        string section = page.Split("\n## ").Single(section => section.StartsWith(heading + "\n", StringComparison.Ordinal));
        foreach (string[] cells in section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split(" | ")))
            foreach (string name in cells[0].TrimStart('|', ' ').Split(", "))
                _types[name.Trim('`')] = cells[1];
    }

    private void Check(string path, JsonElement value)
    {
        if (_types.TryGetValue(path, out string? type) || _types.TryGetValue(path[..(path.LastIndexOf('.') + 1)] + "*", out type))
            Assert.True(Matches(type, value), $"{path} is documented as '{type}', and is {value.GetRawText()}");
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty field in value.EnumerateObject())
                Check($"{path}.{field.Name}", field.Value);
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
            foreach (JsonElement element in value.EnumerateArray())
                Check(path + "[]", element);
        else
            Assert.Fail($"{path} is not in the page's table of fields");
    }

    private static bool Matches(string type, JsonElement value) => type.Split(',')[0] switch
    {
        "text" => value.ValueKind == JsonValueKind.String,
        "hex" => value.ValueKind == JsonValueKind.String && value.GetString()!.StartsWith("0x", StringComparison.Ordinal),
        "integer" => value.TryGetInt64(out _) || value.TryGetUInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "true or false" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "list of text" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.String),
        "list of objects" => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.Object),
        _ => false,
    };

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Huatuo.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("no Huatuo.slnx above the test program");
    }
}
