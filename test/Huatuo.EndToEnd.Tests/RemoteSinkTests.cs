using System.Text;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

public sealed class RemoteSinkTests
{
    private const string Sink = "elasticsearch";
    private const int Count = 200;

    [Fact]
    public async Task Events_wait_for_a_server_that_is_not_there_through_a_SIGKILL_and_arrive_once()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        int port = BulkEndpoint.FreePort();
        string[] options =
        [
            .. network.OnlyHere, "--set", "tracers.dropwatch.max_events_per_second=0", "--set", "store.elasticsearch.enabled=true",
            "--set", $"store.elasticsearch.addresses=http://127.0.0.1:{port}", "--set", "store.elasticsearch.index=huatuo-{yyyy}",
        ];
        await using (Agent away = await Agent.StartAsync(folder.Path, options))
        {
            using Flood flood = network.Flood();
            flood.Send(Count);
            Scrape rest = await away.QuietAsync(pending: true);
            Assert.Equal((rest.Sum(LedgerBalance.Accepted), 0), (rest.Sum(LedgerBalance.Pending, ("sink", Sink)), rest.Sum(LedgerBalance.Stored, ("sink", Sink))));
            LedgerBalance.AssertHolds(rest);
            await Eventually.HoldsAsync("the events are in the spool", () => Spooled(folder.Path) == Count);
            await Eventually.HoldsAsync("the log tells it", () => away.Process.Error.Text.Contains($"elasticsearch: http://127.0.0.1:{port}/: Connection refused", StringComparison.Ordinal));
            away.Process.Signal(Signal.Kill);
            await away.Process.EndAsync();
        }

        await using var server = new BulkEndpoint(port);
        await using Agent agent = await Agent.StartAsync(folder.Path, options);
        using Flood more = network.Flood();
        more.Send(Count);
        Scrape delivered = await agent.QuietAsync();
        LedgerBalance.AssertHolds(delivered);
        string[] stored = [.. agent.Stored.Documents().Select(document => document.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
        Assert.Equal(2 * Count, stored.Length);
        Assert.Equal(Count, delivered.Sum(LedgerBalance.Recovered, ("sink", Sink)));
        Assert.Equal(2 * Count, delivered.Sum(LedgerBalance.Stored, ("sink", Sink)));
        Assert.Equal(stored, server.Documents.Values.Where(document => document["tracer_name"]!.GetValue<string>() == "dropwatch").Select(document => document["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(server.Documents.Keys, key => Assert.StartsWith("huatuo-20", key, StringComparison.Ordinal));
        await agent.StopAsync();
    }

    private static int Spooled(string dataDir) => Directory.EnumerateFiles(Path.Combine(dataDir, "spool", Sink), "*.segment")
        .Sum(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).Split("\"tracer_name\":\"dropwatch\"").Length - 1);
}
