using System.Text.Json;
using Huatuo.Flow.Containers;

namespace Huatuo.Http.Tests.Api;

public sealed class ContainersTests
{
    [Fact]
    public async Task Containers_are_told_by_pages_with_names_and_ends()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string[] ids = [.. "abc".Select(letter => new string(letter, 64))];
        for (int i = 0; i < ids.Length; i++)
            stand.Containers.Exists((ulong)i + 1, $"/system.slice/docker-{ids[i]}.scope");
        stand.Containers.Find(ids[1])!.Tell(NameSource.Runtime, new ContainerNames { Name = "web", PodName = "web-0", PodNamespace = "shop", PodUid = "u-1", PodLabels = [new("app", "web")] });
        stand.Containers.Began(stand.Containers.Find(ids[1])!, new ContainerInit(4711, 4026532999, 5, new DateTimeOffset(2026, 11, 26, 1, 2, 3, TimeSpan.Zero)));
        stand.Containers.Removed(3, $"/system.slice/docker-{ids[2]}.scope");

        Assert.Equal(
            $$"""{"items":[{"id":"{{ids[1]}}","name":"web","hostname":"","type":"","qos":"","image":"","pod_name":"web-0","pod_namespace":"shop","pod_uid":"u-1","pod_labels":{"app":"web"},"runtime":"docker","cgroup_path":"/system.slice/docker-{{ids[1]}}.scope","cgroup_folders":{},"init_pid":4711,"net_namespace_inum":4026532999,"started_at":"2026-11-26T01:02:03+00:00","named_by":["runtime","path"]}]}""",
            (await stand.GetAsync("/api/v1/containers?pod=web-0")).GetRawText());
        Assert.Equal(ids[..2], await ListAsync(stand, ""));
        Assert.Equal(ids, await ListAsync(stand, "ended=true"));
        Assert.Equal([ids[1]], await ListAsync(stand, "container=web"));
        Assert.Equal([ids[0]], await ListAsync(stand, "container=aaaa"));
        JsonElement first = await stand.GetAsync("/api/v1/containers?limit=1");
        Assert.Equal(ids[0], first.GetProperty("next_cursor").GetString());
        Assert.Equal([ids[1]], await ListAsync(stand, $"limit=1&cursor={ids[0]}"));
        Assert.False((await stand.GetAsync($"/api/v1/containers?limit=1&cursor={ids[0]}")).TryGetProperty("next_cursor", out _));
        JsonElement ended = (await stand.GetAsync("/api/v1/containers?ended=true&container=cc")).GetProperty("items")[0];
        Assert.True(ended.TryGetProperty("ended_at", out _));
        await stand.GetAsync("/api/v1/containers?ended=perhaps", 400);
    }

    private static async Task<string[]> ListAsync(ApiStand stand, string query) =>
        [.. (await stand.GetAsync("/api/v1/containers?" + query)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
