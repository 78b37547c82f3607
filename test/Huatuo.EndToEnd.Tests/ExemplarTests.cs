using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>From a bucket of a histogram to the stored event.</summary>
public sealed class ExemplarTests
{
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0", Family = "huatuo_memcg_reclaim_seconds_bucket";

    [Fact]
    public async Task The_exemplar_of_a_reclaim_is_a_stored_event_with_its_value()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(
            folder.Path, "--set", "tracers.memory_reclaim.blocked_threshold=0s", "--set", "tracers.memory_reclaim.max_events_per_second=0");
        using var cgroup = new MemoryLimit("16M");
        // In writes of a megabyte, twice the limit; the page cache of a file on a disk is what reclaim frees first.
        await cgroup.RunAsync($"exec dd if=/dev/zero of='{Path.Combine(folder.Path, "written")}' bs=1M count=32 status=none");

        string page = await Eventually.GetAsync("a bucket has an exemplar", async () => await GetAsync(agent, OpenMetrics) is var shown && shown.Contains(" # {", StringComparison.Ordinal) ? shown : null);
        List<ExemplarLine> exemplars = [.. ExemplarLine.Of(page).Where(line => line.Bucket.Name == Family)];
        Assert.NotEmpty(exemplars);
        Assert.DoesNotContain(" # {", await GetAsync(agent, "text/plain;version=0.0.4"), StringComparison.Ordinal);
        var stored = new StoredFile(Path.Combine(folder.Path, "events", "memory_reclaim.jsonl"));
        foreach (ExemplarLine exemplar in exemplars)
        {
            Assert.Equal(["event_id", "tracer"], exemplar.Exemplar.Labels.Keys.Order(StringComparer.Ordinal));
            Assert.Equal("memory_reclaim", exemplar.Exemplar.Labels["tracer"]);
            JsonElement document = await Eventually.GetAsync("the event is stored", () => stored.Documents().Where(document => document.GetProperty("id").GetString() == exemplar.Exemplar.Labels["event_id"]).ToArray() is { Length: > 0 } found ? found : null) is [var only] ? only : default;
            JsonElement data = document.GetProperty("tracer_data");
            Assert.Equal("memcg", data.GetProperty("scope").GetString());
            Assert.Equal(data.GetProperty("reclaim_duration_ns").GetInt64() / 1e9, exemplar.Exemplar.Value);
            Assert.Equal(document.GetProperty("observed_timestamp").GetDateTimeOffset(), exemplar.Time, TimeSpan.FromMilliseconds(1));
        }
        Assert.Empty((await agent.StopAsync()).Output);
    }

    private static async Task<string> GetAsync(Agent agent, string accept)
    {
        using HttpResponseMessage answer = await agent.GetAsync("/metrics", accept);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
