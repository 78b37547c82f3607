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
        long before = 0, foundBefore = 0;
        for (int round = 0; round < 4; round++)
        {
            await using Agent agent = await Agent.StartAsync(folder.Path, options);
            using Flood flood = network.Flood();
            using var enough = new CancellationTokenSource();
            Task flooding = flood.SendAsync(30_000, perSecond: 5000, enough.Token);
            Scrape last = null!;
            await Eventually.HoldsAsync("documents are stored", async () =>
                (last = (await agent.ScrapeAsync()).Of("dropwatch")).Local(LedgerBalance.Stored) > 500 * (round + 1) && last.Sqlite(LedgerBalance.Stored) > 500);
            agent.Process.Signal(Signal.Kill);
            Assert.Equal(128 + Signal.Kill, (await agent.Process.EndAsync()).ExitCode);
            await enough.CancelAsync();
            await flooding;

            int there = agent.Stored.Documents().Count;
            long stored = last.Local(LedgerBalance.Stored);
            Assert.True(there >= before + stored, $"{before} + {stored} were stored, {there} are there");
            before = there;
            int found = (await HuatuoProcess.RunAsync("events", "--data-dir", folder.Path, "--tracer", "dropwatch", "-o", "json", "--limit", "0")).Expect(0).Output.Split('\n').Length;
            stored = last.Sqlite(LedgerBalance.Stored);
            Assert.True(found >= foundBefore + stored, $"{foundBefore} + {stored} were stored, {found} are found");
            foundBefore = found;
        }

        // A kill at the worst moment, and a little more: the end of the last line never came to the disk.
        string file = Path.Combine(folder.Path, "events", "dropwatch.jsonl");
        using (FileStream torn = File.OpenWrite(file))
            torn.SetLength(torn.Length - 100);
        await using Agent mending = await Agent.StartAsync(folder.Path, options);
        await Eventually.HoldsAsync("the torn line is cut off", () => mending.Process.Error.Text.Contains("of a last line that was not written to its end", StringComparison.Ordinal));
        using Flood more = network.Flood();
        more.Send(20);
        await mending.QuietAsync();
        List<JsonElement> documents = mending.Stored.Documents();
        Assert.Equal(before - 1 + 20, documents.Count);
        Assert.EndsWith("}\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(documents.Count, documents.DistinctBy(document => document.GetProperty("id").GetString()).Count());
    }
}
