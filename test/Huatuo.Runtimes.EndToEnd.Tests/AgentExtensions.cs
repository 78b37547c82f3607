using System.Text.Json;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>What these tests ask of a running agent.</summary>
internal static class AgentExtensions
{
    /// <summary>All that the agent stored of a tracer.</summary>
    internal static List<JsonElement> Documents(this Agent agent, string tracer) => new StoredFile(Path.Combine(agent.DataDir, "events", tracer + ".jsonl")).Documents();

    /// <summary>Waits until the agent knows what a container is called.</summary>
    internal static Task KnowsAsync(this Agent agent, string id, string name) => Eventually.HoldsAsync($"{id} is known as {name}", async () =>
        (await agent.ScrapeAsync()).Sum("huatuo_container_info", ("container_id", id), ("container_name", name)) == 1);

    /// <summary>Waits for an event of a container, and asserts that it has the container's names.</summary>
    internal static async Task<JsonElement> EventAsync(this Agent agent, string tracer, string id, Func<JsonElement, bool> match)
    {
        JsonElement[] found = await Eventually.GetAsync($"an event of {tracer} of {id}", () =>
            agent.Documents(tracer).Where(document => document.Text("container_id") == id && match(document.GetProperty("tracer_data"))).ToArray() is { Length: > 0 } some ? some : null);
        return found[0];
    }

    /// <summary>A text of a document; empty when it is not there.</summary>
    internal static string Text(this JsonElement document, string name) => document.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    /// <summary>Waits until a metric of a container has grown since a scrape, and asserts that its neighbour's has not.</summary>
    internal static Task GrowsAsync(this Agent agent, Scrape since, string metric, double atLeast, string id, string neighbour, params (string Label, string Value)[] labels) =>
        Eventually.HoldsAsync($"{metric} of {id} has grown by {atLeast}", () => agent.HasGrownAsync(since, metric, atLeast, id, neighbour, labels));

    /// <summary>Whether it has, and that of a neighbour has not.</summary>
    /// <inheritdoc cref="GrowsAsync"/>
    internal static async Task<bool> HasGrownAsync(this Agent agent, Scrape since, string metric, double atLeast, string id, string neighbour, params (string Label, string Value)[] labels)
    {
        Scrape now = await agent.ScrapeAsync();
        Assert.Equal(Of(since, neighbour), Of(now, neighbour));
        return Of(now, id) - Of(since, id) >= atLeast;

        double Of(Scrape scrape, string container) => scrape.Samples.Where(sample => sample.Name == metric
            && sample.Labels.GetValueOrDefault("container_id") == container && labels.All(label => sample.Labels[label.Label] == label.Value)).Sum(sample => sample.Value);
    }
}
