using System.Net;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

public sealed class FirstLightTests
{
    private const int Port = 4711;

    [Fact]
    public async Task A_drop_is_stored_counted_and_printed()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(folder.Path);
        await using HuatuoProcess json = HuatuoProcess.Start(["trace", "dropwatch", "-o", "json", .. TraceOnly(network)]);
        await using HuatuoProcess text = HuatuoProcess.Start(["trace", "dropwatch", "-o", "text", .. TraceOnly(network)]);

        // The programs attach in their own time: drops are provoked until all of them have seen one.
        using JsonDocument stored = await Eventually.GetAsync("one drop is seen by all three", () =>
        {
            network.ConnectToClosed(Port);
            return agent.Stored.To(Port) is not null && text.Output.Text.Length > 0 ? FindIn(json, agent) : null;
        });

        JsonElement printed = json.Output.Snapshot().Select(line => JsonElement.Parse(line)).First(document => Same(document, stored.RootElement));
        Assert.Equal(DropDocument.Observed(stored.RootElement), DropDocument.Observed(printed));
        Assert.Equal("NO_SOCKET", stored.RootElement.GetProperty("tracer_data").GetProperty("drop_reason").GetString());

        string[] lines = text.Output.Snapshot();
        Assert.Matches($@"^\d{{4}}-\S+Z IPv4/TCP {network.Near}:\d+ > {network.Far}:{Port} reason=NO_SOCKET .*location=0x[0-9a-f]+$", lines[0]);
        Assert.Matches(@"^    tcp_v4_rcv\+0x[0-9a-f]+$", lines[2]);

        Scrape scrape = await agent.ScrapeAsync();
        Assert.All([LedgerBalance.Hits, LedgerBalance.Submitted, LedgerBalance.Decoded, LedgerBalance.Accepted, LedgerBalance.Stored],
            term => Assert.True(scrape.Sum(term, ("tracer", "dropwatch")) > 0, term));
    }

    [Fact]
    public async Task Health_and_version_are_served()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path);
        using HttpResponseMessage health = await agent.GetAsync("/healthz");
        using HttpResponseMessage ready = await agent.GetAsync("/readyz");
        using HttpResponseMessage version = await agent.GetAsync("/version");

        Assert.Equal(HttpStatusCode.NoContent, health.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, ready.StatusCode);
        JsonElement document = JsonElement.Parse(await version.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["version", "commit", "dotnet", "flavour", "kernel"], document.EnumerateObject().Select(field => field.Name));
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), document.GetProperty("kernel").GetString());
    }

    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    public async Task A_signal_drains_and_leaves_nothing_in_the_kernel(int signal)
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(folder.Path, [.. network.OnlyHere, "--set", "tracers.dropwatch.max_events_per_second=0"]);
        BpfObjects held = BpfObjects.HeldBy(agent.Process.Id);
        Assert.NotEmpty(held.Programs);
        Assert.NotEmpty(held.Maps);
        Assert.NotEmpty(held.Links);
        Assert.Equal(held.Programs.Count + held.Maps.Count + held.Links.Count, held.Left().Count());
        Assert.Empty(ProcessTree.ChildrenOf(agent.Process.Id));

        using Flood flood = network.Flood();
        flood.Send(200);
        await agent.StopAsync(signal);

        Assert.Equal(200, agent.Stored.Documents().Count);
        await Eventually.HoldsAsync("the kernel has let go of all objects", () => !held.Left().Any());
    }

    [Fact]
    public async Task Open_files_do_not_grow()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(folder.Path, [.. network.OnlyHere, "--set", "tracers.dropwatch.max_events_per_second=0"]);
        using Flood flood = network.Flood();
        await UseAsync(agent, flood, scrapes: 5, events: 100);
        // A tracer may see its first event meanwhile, for which a file of its own is opened.
        int OpenFiles() => ProcessTree.OpenFiles(agent.Process.Id, without: Path.Combine(folder.Path, "events"));
        int before = OpenFiles();

        await UseAsync(agent, flood, scrapes: 50, events: 1000);

        await Eventually.HoldsAsync($"no more than {before} files are open", () => OpenFiles() <= before);
    }

    private static async Task UseAsync(Agent agent, Flood flood, int scrapes, int events)
    {
        for (int i = 0; i < scrapes; i++)
        {
            flood.Send(events / scrapes);
            await agent.ScrapeAsync();
        }
        Scrape rest = await agent.QuietAsync();
        Assert.Equal(flood.Sent, rest.Local(LedgerBalance.Stored));
        Assert.Equal(flood.Sent, rest.Sqlite(LedgerBalance.Stored));
    }

    private static string[] TraceOnly(NetworkPair network) => ["--set", $"addresses={network.Network}"];

    private static JsonDocument? FindIn(HuatuoProcess json, Agent agent)
    {
        JsonElement[] printed = [.. json.Output.Snapshot().Select(line => JsonElement.Parse(line))];
        return agent.Stored.Lines().Select(line => JsonDocument.Parse(line)).FirstOrDefault(stored => printed.Any(document => Same(document, stored.RootElement)));
    }

    private static bool Same(JsonElement a, JsonElement b) =>
        DropDocument.Port(a) == Port && DropDocument.Port(b) == Port && DropDocument.Sequence(a) == DropDocument.Sequence(b);
}
