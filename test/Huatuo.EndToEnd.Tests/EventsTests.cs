using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

public sealed class EventsTests
{
    private const int Port = 4717;

    [Fact]
    public async Task Events_are_found_byte_for_byte_with_the_agent_alive_and_dead()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(folder.Path, network.OnlyHere);
        for (int port = Port; port < Port + 5; port++)
            network.ConnectToClosed(port);
        Scrape rest = await agent.QuietAsync();
        Assert.Equal(rest.Local(LedgerBalance.Stored), rest.Sqlite(LedgerBalance.Stored));
        string[] stored = agent.Stored.Lines();
        string[] sought = [.. agent.Stored.Documents().Zip(stored).Where(line => DropDocument.Port(line.First) == Port).Select(line => line.Second)];
        Assert.NotEmpty(sought);
        Assert.Contains("tcp_v4_rcv", sought[0], StringComparison.Ordinal);

        Assert.Equal(stored, await FindAsync(folder, "--tracer", "dropwatch", "--limit", "0"));
        Assert.Equal(sought, await FindAsync(folder, "--where", $"layers.tcp.dport={Port}", "--text", "tcp_v4_rcv NO_SOCKET"));
        agent.Process.Signal(Signal.Kill);
        await agent.Process.EndAsync();
        Assert.Equal(stored, await FindAsync(folder, "--tracer", "dropwatch", "--since", "1h"));
        Assert.Equal(sought, await FindAsync(folder, "--where", $"layers.tcp.dport={Port}", "--where", "drop_reason~^NO_", "--tracer", "dropwatch"));
        Assert.Equal([stored[^1]], await FindAsync(folder, "--tracer", "dropwatch", "--limit", "1"));
        Assert.Empty(await FindAsync(folder, "--until", "1h"));
        Assert.Empty(await FindAsync(folder, "--where", "layers.tcp.dport=1"));
    }

    [Fact]
    public async Task Following_prints_events_as_they_are_stored()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(folder.Path, network.OnlyHere);
        network.ConnectToClosed(Port);
        await agent.QuietAsync();
        await using HuatuoProcess follow = HuatuoProcess.Start("events", "--data-dir", folder.Path, "--follow", "--tracer", "dropwatch", "--where", $"layers.tcp.dport={Port}");
        await Eventually.HoldsAsync("what is stored is printed", () => follow.Output.Snapshot().Length == 2);
        network.ConnectToClosed(Port + 1);
        network.ConnectToClosed(Port);
        await Eventually.HoldsAsync("what is new is printed", () => follow.Output.Snapshot().Length == 3);
        follow.Signal(Signal.Interrupt);
        string[] lines = (await follow.EndAsync()).Expect(0).Output.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches("^TIME +TRACER +CONTAINER +TASK +DETAILS$", lines[0]);
        Assert.All(lines[1..], line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\S+Z  dropwatch .* drop_reason=NO_SOCKET ", line));
    }

    [Fact]
    public async Task Following_tells_a_gap_where_the_event_store_is_made_anew()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent first = await Agent.StartAsync(folder.Path, network.OnlyHere);
        network.ConnectToClosed(Port);
        await first.QuietAsync();
        await using HuatuoProcess follow = HuatuoProcess.Start("events", "--data-dir", folder.Path, "--follow", "-o", "json", "--where", $"layers.tcp.dport={Port}");
        await Eventually.HoldsAsync("what is stored is printed", () => follow.Output.Snapshot().Length == 1);
        Assert.Empty(follow.Error.Text);
        await first.StopAsync();
        foreach (string file in Directory.GetFiles(folder.Path, "events.db*"))
            File.Delete(file);
        await using Agent second = await Agent.StartAsync(folder.Path, network.OnlyHere);
        network.ConnectToClosed(Port);
        await Eventually.HoldsAsync("what is behind the gap is printed", () => follow.Output.Snapshot().Length == 2);
        follow.Signal(Signal.Interrupt);
        Ending ending = (await follow.EndAsync()).Expect(0);
        Assert.Equal("huatuo: events may be missing here: the event store dropped them before they were read, or was made anew", ending.Error.TrimEnd('\n'));
        Assert.Equal(second.Stored.Lines().Where(line => DropDocument.Port(JsonElement.Parse(line)) == Port), ending.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await second.StopAsync();
    }

    [Fact]
    public async Task Without_an_event_store_it_is_1()
    {
        using var folder = new TemporaryFolder();
        Ending ending = (await HuatuoProcess.RunAsync("events", "--data-dir", folder.Path)).Expect(1);
        Assert.Equal($"huatuo: there is no {folder.Path}/events.db: no agent has stored events there (store.sqlite)", ending.Error);
        Assert.Empty(ending.Output);
    }

    private static async Task<string[]> FindAsync(TemporaryFolder folder, params string[] arguments)
    {
        string output = (await HuatuoProcess.RunAsync(["events", "--data-dir", folder.Path, "-o", "json", .. arguments])).Expect(0).Output;
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
