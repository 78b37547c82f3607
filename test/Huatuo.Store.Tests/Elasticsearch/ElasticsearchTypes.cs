using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>The type definitions of Elasticsearch's official client as JSON schemas, which <c>eng/elasticsearch-types</c> writes.</summary>
internal static class ElasticsearchTypes
{
    private static readonly EvaluationOptions Verdict = new() { OutputFormat = OutputFormat.Flag };
    private static readonly EvaluationOptions Details = new() { OutputFormat = OutputFormat.List };
    private static readonly JsonSchema Schema = Read();

    /// <summary>Fails when something does not fit a type.</summary>
    /// <param name="type">A member of <c>Wire</c>, such as <c>bulk_response</c>.</param>
    /// <param name="value">What is sent or answered.</param>
    public static void Fits(string type, JsonNode value)
    {
        string? fault = Fault(type, value);
        Assert.True(fault is null, $"no {type}: {fault}\n{value.ToJsonString()}");
    }

    /// <summary>What does not fit, or null.</summary>
    public static string? Fault(string type, JsonNode value)
    {
        using JsonDocument wire = JsonDocument.Parse($"{{\"{type}\":{value.ToJsonString()}}}");
        if (Schema.Evaluate(wire.RootElement, Verdict).IsValid)
            return null;
        return string.Join("; ", (Schema.Evaluate(wire.RootElement, Details).Details ?? []).Where(detail => detail.Errors is not null)
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}").Distinct());
    }

    private static JsonSchema Read()
    {
        using Stream stream = typeof(ElasticsearchTypes).Assembly.GetManifestResourceStream("elasticsearch-types.json")!;
        using var reader = new StreamReader(stream);
        return JsonSchema.FromText(reader.ReadToEnd());
    }
}
