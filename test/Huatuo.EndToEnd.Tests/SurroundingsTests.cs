using System.Security.Cryptography;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>The agent where nothing is prepared for it, and where somebody takes things away.</summary>
public sealed class SurroundingsTests
{
    private const string Unlimited = "tracers.dropwatch.max_events_per_second=0";

    /// <summary>No environment, no configuration, and a working directory that nobody can write to.</summary>
    private static readonly Launch Bare = new()
    {
        Prefix = ["unshare", "--mount", "sh", "-c", "[ ! -d /etc/huatuo ] || mount -t tmpfs none /etc/huatuo; exec \"$@\"", "sh", "env", "-i"],
        Directory = "/sys/kernel",
    };

    [Fact]
    public async Task Defaults_are_all_it_needs()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(Bare, folder.Path);
        await Eventually.HoldsAsync("a drop is stored", () =>
        {
            network.ConnectToClosed(4713);
            return agent.Stored.To(4713) is not null;
        });
        await agent.StopAsync();
    }

    [Fact]
    public async Task A_file_that_is_removed_is_made_again()
    {
        using var folder = new TemporaryFolder();
        await StoresAgainAsync(folder, agent => File.Delete(agent.Stored.Path));
    }

    [Fact]
    public async Task A_data_folder_that_is_removed_is_made_again()
    {
        using var folder = new TemporaryFolder();
        await StoresAgainAsync(folder, agent => Directory.Delete(agent.DataDir, recursive: true));
    }

    [Fact]
    public async Task A_second_agent_on_the_same_data_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using Agent first = await Agent.StartAsync(folder.Path);
        Ending second = (await HuatuoProcess.RunAsync("agent", "--listen", "127.0.0.1:0", "--data-dir", folder.Path)).Expect(1);
        Assert.Equal(
            $"huatuo: the folder {folder.Path} is in use by another agent (process {first.Process.Id}); stop it, or give each agent a folder of its own",
            second.Error);
        await first.StopAsync();
        await using Agent third = await Agent.StartAsync(folder.Path);
        await third.StopAsync();
    }

    [Fact]
    public async Task In_a_container_of_its_own_it_tells_of_the_machines_others()
    {
        static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        string id = NewId();
        using var folder = new TemporaryFolder();
        using var own = new MemoryLimit("2G", $"cri-containerd-{NewId()}.scope");
        using var other = new MemoryLimit("16M", $"docker-{id}.scope");
        var contained = new Launch { Prefix = ["sh", "-c", $"echo $$ > '{own.Path}/cgroup.procs' && exec unshare --cgroup --mount \"$@\"", "sh"] };
        await using Agent agent = await Agent.StartAsync(contained, folder.Path);
        await other.RunAsync("{ head -c 64M /dev/zero | tail -c 60M > /dev/null; } 2> /dev/null || true");
        var kills = new StoredFile(Path.Combine(agent.DataDir, "events", "oom.jsonl"));
        await Eventually.HoldsAsync("the kill in the other one is stored as its own", () =>
            kills.Documents().Any(document => document.TryGetProperty("container_id", out JsonElement container) && container.GetString() == id));
        await agent.StopAsync();
    }

    /// <summary>Has something removed, and expects new events in a new file, with a word about it.</summary>
    private static async Task StoresAgainAsync(TemporaryFolder folder, Action<Agent> remove)
    {
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync($"{folder.Path}/data", [.. network.OnlyHere, "--set", Unlimited]);
        using Flood flood = network.Flood();
        flood.Send(10);
        await agent.QuietAsync();
        Assert.Equal(10, agent.Stored.Documents().Count);

        remove(agent);
        await Eventually.HoldsAsync("new events are in a new file", async () =>
        {
            flood.Send(1);
            await agent.QuietAsync();
            return agent.Stored.Documents().Count > 0;
        });
        Assert.Contains("was moved or removed by somebody else; going on with a new file", agent.Process.Error.Text, StringComparison.Ordinal);
        int before = agent.Stored.Documents().Count;
        flood.Send(10);
        await agent.QuietAsync();
        Assert.Equal(before + 10, agent.Stored.Documents().Count);
    }
}
