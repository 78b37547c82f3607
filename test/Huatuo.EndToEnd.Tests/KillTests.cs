using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

public sealed class KillTests
{
    [Fact]
    public async Task What_was_stored_survives_SIGKILL_under_load()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        string[] options = [.. network.OnlyHere, "--set", "tracers.dropwatch.max_events_per_second=0", "--set", "tracers.dropwatch.ring_bytes=8MiB"];
        long before = 0;
        for (int round = 0; round < 4; round++)
        {
            await using Agent agent = await Agent.StartAsync(folder.Path, options);
            using Flood flood = network.Flood();
            using var enough = new CancellationTokenSource();
            Task flooding = flood.SendAsync(30_000, perSecond: 5000, enough.Token);
            long stored = 0;
            await Eventually.HoldsAsync("documents are stored", async () => (stored = (await agent.ScrapeAsync()).Of("dropwatch").Sum(LedgerBalance.Stored)) > 500 * (round + 1));
            agent.Process.Signal(Signal.Kill);
            Assert.Equal(128 + Signal.Kill, (await agent.Process.EndAsync()).ExitCode);
            await enough.CancelAsync();
            await flooding;

            int there = agent.Stored.Documents().Count;
            Assert.True(there >= before + stored, $"{before} + {stored} were stored, {there} are there");
            before = there;
        }

        // A kill at the worst moment, and a little more: the end of the last line never came to the disk.
        string file = Path.Combine(folder.Path, "events", "dropwatch.jsonl");
        using (FileStream torn = File.OpenWrite(file))
            torn.SetLength(torn.Length - 100);
        await using Agent last = await Agent.StartAsync(folder.Path, options);
        await Eventually.HoldsAsync("the torn line is cut off", () => last.Process.Error.Text.Contains("of a last line that was not written to its end", StringComparison.Ordinal));
        using Flood more = network.Flood();
        more.Send(20);
        await last.QuietAsync();
        List<JsonElement> documents = last.Stored.Documents();
        Assert.Equal(before - 1 + 20, documents.Count);
        Assert.EndsWith("}\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(documents.Count, documents.DistinctBy(document => document.GetProperty("id").GetString()).Count());
    }
}
