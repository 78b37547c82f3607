using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>The agent in a container of its own, with the configuration and the mounts that deploy/ ships for Kubernetes.</summary>
public sealed class ImageTests
{
    private const string Image = "localhost/huatuo:test";
    private const string Port = "1013";

    [Fact]
    public async Task From_its_own_container_the_agent_sees_the_machine_and_other_containers()
    {
        Podman.Require();
        using var folder = new TemporaryFolder();
        await using Podman podman = await Podman.StartAsync();
        podman.BuildImage(Image);
        folder.Write("etc/huatuo.yaml", Configuration());
        folder.Write("data/empty", "");
        string shop = podman.RunContainer("shop", "shop-0", "32m");
        int listen = FreePort();
        podman.RunAgent(Image, folder.Path, "agent", "--listen", $"127.0.0.1:{listen}", "--set", $"tracers.dropwatch.ports={Port}", "--set", "tracers.dropwatch.protocols=tcp");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{listen}") };
        await Eventually.HoldsAsync("the agent is ready", async () => await TryAsync(http, "/readyz") is not null);

        var stored = new StoredFile(Path.Combine(folder.Path, "data/events/dropwatch.jsonl"));
        JsonElement[] drops = await Eventually.GetAsync("a drop of the other container is stored", () =>
        {
            // Nobody listens there.
            Assert.Equal(1, podman.Execute("shop", "nc", "127.0.0.1", Port));
            return stored.Documents().Where(document => document.Text("container_id") == shop).ToArray() is { Length: > 0 } some ? some : null;
        });
        JsonElement data = drops[0].GetProperty("tracer_data");
        Assert.Equal($"{podman.CgroupParent}/libpod-{shop}", data.Text("cgroup_path"));
        Assert.Contains("+0x", data.Text("stack"), StringComparison.Ordinal);
    }

    // The block below the key huatuo.yaml of the ConfigMap.
    private static string Configuration() => string.Join('\n', File.ReadLines(Repository.File("deploy/kubernetes/huatuo.yaml"))
        .SkipWhile(line => line != "  huatuo.yaml: |").Skip(1).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..])) + "\n";

    private static async Task<string?> TryAsync(HttpClient http, string path)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
