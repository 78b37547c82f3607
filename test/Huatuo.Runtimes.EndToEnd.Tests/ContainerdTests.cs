using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;
using Huatuo.Runtimes.Cri;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>Pods of a real containerd.</summary>
[Collection(Containerd.Tests)]
public sealed class ContainerdTests
{
    [Fact]
    public async Task A_pods_containers_are_known_named_and_kept_while_the_runtime_is_away()
    {
        Containerd.Require();
        await using Containerd containerd = await Containerd.StartAsync();
        CgroupMounts mounts = CgroupMounts.Load();
        using var resolver = new CgroupResolver(mounts);
        List<string> log = [];
        var registry = new ContainerRegistry(resolver, mounts, new ContainerOptions(), TimeProvider.System, log.Add);
        await using var tracking = new ContainerTracking(registry, mounts, TimeProvider.System);
        await using var names = new RuntimeLoop(new CriRuntime("containerd", containerd.Socket, new LabelChoice(["app"])), registry, TimeProvider.System, log.Add);

        string uid = Guid.NewGuid().ToString();
        (string sandbox, string id) = await containerd.RunPodAsync("web-0", "shop", uid, "web");
        await UntilAsync(() => registry.Find(id) is { Names.Name: "web", Init: not null } && registry.Find(sandbox) is { Names.PodName: "web-0" }, "the names of both");
        Container container = registry.Find(id)!;
        Assert.Equal($"{containerd.CgroupParent}/kubepods/burstable/pod{uid}/{id}", container.CgroupPath);
        Assert.Equal(
            ("normal", "burstable", "web-0", "shop", uid, PodImage.Name),
            (container.Names.Type, container.Names.Qos, container.Names.PodName, container.Names.PodNamespace, container.Names.PodUid, container.Names.Image));
        Assert.Equal("[app, web]", Assert.Single(container.Names.PodLabels).ToString());
        Assert.Equal("sandbox", registry.Find(sandbox)!.Names.Type);
        // The runtime's own process is there first.
        await UntilAsync(() => File.ReadAllLines(registry.Folder(container, "memory") + "/cgroup.procs").SequenceEqual([$"{container.Init!.Pid}"]), "its first process");

        await containerd.KillAsync();
        Assert.True(container.IsLive);
        await containerd.RestartAsync();
        (_, string second) = await containerd.RunPodAsync("db-0", "shop", Guid.NewGuid().ToString(), "db");
        await UntilAsync(() => registry.Find(second) is { Names.Name: "db" }, "the name of one that came after the restart");

        await containerd.RemovePodAsync(sandbox);
        await UntilAsync(() => !container.IsLive, "its end");
        Assert.Equal("web", registry.Find(id)!.Names.Name);
    }

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            Assert.False(guard.IsCancellationRequested, $"not within 2 minutes: {what}");
            await Task.Delay(50, CancellationToken.None);
        }
    }
}
