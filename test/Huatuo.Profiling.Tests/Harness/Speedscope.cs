using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Huatuo.Profiling.Tests.Harness;

/// <summary>What speedscope's npm package holds, which <c>eng/speedscope</c> has put into the cache.</summary>
internal static class Speedscope
{
    /// <summary>The folder of its page; skips the test when it is not there.</summary>
    internal static string Release()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string folder = Path.Combine(cache, "huatuo/speedscope-1.25.0/dist/release");
        Assert.SkipUnless(Directory.Exists(folder), "this machine lacks the npm package speedscope, which eng/speedscope gets");
        return folder;
    }

    /// <summary>What of a file does not fit the schema, or null.</summary>
    /// <param name="file">It.</param>
    internal static string? Fault(byte[] file)
    {
        JsonNode schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Release(), "file-format-schema.json")))!;
        Close(schema);
        using JsonDocument document = JsonDocument.Parse(file);
        EvaluationResults results = JsonSchema.FromText(schema.ToJsonString()).Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        if (results.IsValid)
            return null;
        return string.Join("; ", (results.Details ?? []).Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}").Distinct());
    }

    // As it stands it takes fields that it does not know: a misspelt one that may be left out would pass.
    private static void Close(JsonNode? node)
    {
        if (node is JsonArray list)
            foreach (JsonNode? item in list)
                Close(item);
        if (node is not JsonObject value)
            return;
        foreach ((_, JsonNode? member) in value)
            Close(member);
        if (value["type"] is JsonValue type && type.GetValueKind() == JsonValueKind.String && type.GetValue<string>() == "object")
            value["additionalProperties"] = false;
    }
}
