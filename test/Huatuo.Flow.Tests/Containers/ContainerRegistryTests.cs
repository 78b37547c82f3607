using System.Diagnostics.CodeAnalysis;
using System.Text;
using Huatuo.Flow.Containers;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Flow.Tests.Containers;

public sealed class ContainerRegistryTests
{
    private static readonly string s_a = new('a', 64), s_b = new('b', 64), s_pod = new('d', 64);
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<ulong, string> _kernel = [];
    private int _asked;

    private ContainerRegistry Registry(int maxEnded = 100) =>
        new(TryCgroup, options: new ContainerOptions { KeepEnded = TimeSpan.FromMinutes(5), MaxEnded = maxEnded }, time: _time);

    private bool TryCgroup(ulong id, [NotNullWhen(true)] out string? path)
    {
        _asked++;
        return _kernel.TryGetValue(id, out path);
    }

    private static string Text(Cgroup? cgroup) => Encoding.UTF8.GetString(cgroup!.PathUtf8.Span);

    [Fact]
    public void A_container_is_its_cgroup_and_all_within_it()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}", _time.GetUtcNow());
        registry.Exists(2, $"/docker/{s_a}/init.scope");
        registry.Exists(3, "/user.slice");
        Container container = registry.Find(s_a)!;
        Assert.Same(container, registry.Find(1)!.Container);
        Assert.Same(container, registry.Find(2)!.Container);
        Assert.Null(registry.Find(3)!.Container);
        Assert.Equal($"/docker/{s_a}/init.scope", Text(registry.Find(2)));
        Assert.Equal([container], registry.Live);
        Assert.Equal((s_a, $"/docker/{s_a}", "docker", true), (container.Id, container.CgroupPath, container.Runtime, container.IsLive));
        Assert.Equal(_time.GetUtcNow(), container.StartedAt);
        Assert.Equal(0, _asked);
    }

    [Fact]
    public void An_ended_container_stays_known_for_its_time()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        registry.Exists(2, $"/docker/{s_a}/x");
        registry.Removed(2, $"/docker/{s_a}/x");
        Assert.True(registry.Find(s_a)!.IsLive);
        _time.Advance(TimeSpan.FromSeconds(1));
        registry.Removed(1, $"/docker/{s_a}");
        registry.Removed(1, $"/docker/{s_a}");
        Container container = registry.Find(1)!.Container!;
        Assert.Equal((false, _time.GetUtcNow()), (container.IsLive, container.EndedAt));
        Assert.Empty(registry.Live);
        Assert.Equal([container], registry.Known);

        _time.Advance(TimeSpan.FromSeconds(299));
        registry.Expire();
        Assert.Same(container, registry.Find(1)!.Container);
        _time.Advance(TimeSpan.FromSeconds(1));
        registry.Expire();
        Assert.Null(registry.Find(s_a));
        Assert.Equal((0, 0, 0L), registry.Counts);
    }

    [Fact]
    public void Ended_ones_are_kept_within_a_bound_the_oldest_go_first()
    {
        ContainerRegistry registry = Registry(maxEnded: 10);
        for (ulong id = 1; id <= 1000; id++)
        {
            string path = $"/docker/{id:x64}";
            registry.Exists(id, path);
            registry.Removed(id, path);
        }
        Assert.Equal((0, 10, 0L), registry.Counts);
        Assert.Equal(10, registry.Known.Count);
        Assert.NotNull(registry.Find(1000)!.Container);
        Assert.NotNull(registry.Find($"{991:x64}"));
        Assert.Null(registry.Find($"{990:x64}"));
    }

    [Fact]
    public void Live_ones_are_kept_within_a_bound_and_those_beyond_it_are_asked_for_each_time()
    {
        ContainerRegistry registry = Registry();
        for (ulong id = 1; id <= ContainerRegistry.MaxCgroups; id++)
            registry.Exists(id, "/x");
        ulong beyond = ContainerRegistry.MaxCgroups + 1;
        _kernel[beyond] = $"/docker/{s_a}";
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(s_a, registry.Find(beyond)!.Container!.Id);
            Assert.Equal(i, _asked);
        }
        Assert.Equal((ContainerRegistry.MaxCgroups, 0, 3L), registry.Counts);
        Assert.Empty(registry.Live);
        registry.Removed(1, "/x");
        Assert.NotNull(registry.Find(beyond));
        Assert.Single(registry.Live);
    }

    [Fact]
    public void What_was_not_heard_of_is_caught_up_with_then_asked_for_once()
    {
        ContainerRegistry registry = Registry();
        registry.CatchUpBy(() => registry.Exists(1, $"/docker/{s_a}"));
        Assert.Equal(s_a, registry.Find(1)!.Container!.Id);
        Assert.Equal(0, _asked);
        _kernel[2] = $"/docker/{s_b}";
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(s_b, registry.Find(2)!.Container!.Id);
            Assert.Equal("", Text(registry.Find(3)));
        }
        Assert.Equal(2, _asked);
        Assert.Null(registry.Find(0));
        // It had not come yet.
        registry.Exists(3, "/late");
        Assert.Equal("/late", Text(registry.Find(3)));
    }

    [Fact]
    public void Cgroups_that_are_gone_are_remembered_within_a_bound()
    {
        ContainerRegistry registry = Registry(maxEnded: 10);
        for (ulong id = 1; id <= 1000; id++)
            registry.Find(id);
        Assert.Equal((0, 10, 0L), registry.Counts);
    }

    [Fact]
    public void One_that_is_only_heard_of_at_its_end_is_known_all_the_same()
    {
        ContainerRegistry registry = Registry();
        registry.Removed(1, $"/docker/{s_a}");
        Assert.False(registry.Find(1)!.Container!.IsLive);
        Assert.Empty(registry.Live);
        // A reading that began before its end.
        registry.Exists(1, $"/docker/{s_a}");
        Assert.Empty(registry.Live);
    }

    [Fact]
    public void Started_again_under_its_id_it_is_another_that_has_the_runtimes_names()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        Container first = registry.Find(s_a)!;
        first.Tell(NameSource.Runtime, new ContainerNames { Name = "web" });
        first.Tell(NameSource.Kernel, new ContainerNames { Hostname = "old" });
        registry.Removed(1, $"/docker/{s_a}");
        registry.Exists(2, $"/docker/{s_a}");
        Container second = registry.Find(s_a)!;
        Assert.NotSame(first, second);
        Assert.Equal(("web", ""), (second.Names.Name, second.Names.Hostname));
        Assert.Same(first, registry.Find(1)!.Container);
        Assert.Equal([second], registry.Live);
        _time.Advance(TimeSpan.FromMinutes(6));
        registry.Expire();
        Assert.Same(second, registry.Find(s_a));
    }

    [Fact]
    public void One_that_is_moved_lives_on_where_it_went()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}", _time.GetUtcNow());
        Container first = registry.Find(s_a)!;
        first.Tell(NameSource.Runtime, new ContainerNames { Name = "web" });
        first.Tell(NameSource.Kernel, new ContainerNames { Hostname = "web-0" });
        registry.Began(first, new ContainerInit(42, 7, 9, null));
        string moved = $"/system.slice/docker-{s_a}.scope";
        registry.Exists(2, moved);
        registry.Exists(3, $"{moved}/init");
        Assert.Same(first, registry.Find(2)!.Container);

        registry.Removed(1, $"/docker/{s_a}", monotonicNs: 5);
        Container second = registry.Find(s_a)!;
        Assert.Equal((moved, true, first.StartedAt, first.Init), (second.CgroupPath, second.IsLive, second.StartedAt, second.Init));
        Assert.Equal(("web", "web-0"), (second.Names.Name, second.Names.Hostname));
        Assert.Equal([second], registry.Live);
        Assert.Same(second, registry.Find(2)!.Container);
        Assert.Same(second, registry.FindNetns(9, 7, monotonicNs: 6));
        Assert.Equal(s_a, registry.Find(3)!.Container!.Id);
        _time.Advance(TimeSpan.FromMinutes(6));
        registry.Expire();
        Assert.Equal([second], registry.Live);

        registry.Removed(2, moved);
        Assert.Empty(registry.Live);
    }

    [Fact]
    public void One_whose_other_place_is_gone_already_ends()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        registry.Exists(2, $"/system.slice/docker-{s_a}.scope");
        registry.Removed(2, $"/system.slice/docker-{s_a}.scope");
        Assert.Equal($"/docker/{s_a}", Assert.Single(registry.Live).CgroupPath);
        registry.Removed(1, $"/docker/{s_a}");
        Assert.Empty(registry.Live);
    }

    [Fact]
    public void A_reading_ends_what_it_did_not_find_but_not_what_came_meanwhile()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        registry.Exists(2, $"/docker/{s_b}/within");
        _time.Advance(TimeSpan.FromSeconds(1));
        long began = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        registry.Exists(3, $"/docker/{s_pod}");
        registry.Reconcile(new HashSet<ulong>(), began);
        Assert.Equal([registry.Find(s_pod)!], registry.Live);
        Assert.False(registry.Find(s_a)!.IsLive);
        Assert.Null(registry.Find(s_b));
    }

    [Fact]
    public void A_network_namespace_is_its_containers_even_after_that_ended_by_its_cookie()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_pod}");
        registry.Exists(2, $"/docker/{s_a}");
        Container sandbox = registry.Find(s_pod)!, member = registry.Find(s_a)!;
        registry.Began(sandbox, new ContainerInit(10, 4026532001, 7, null));
        registry.Began(member, new ContainerInit(11, 4026532001, 7, null));
        Assert.Same(sandbox, registry.FindNetns(7, 4026532001, 0));
        Assert.Same(sandbox, registry.FindNetns(0, 4026532001, 0));
        registry.Removed(1, $"/docker/{s_pod}");
        Assert.Same(sandbox, registry.FindNetns(7, 4026532001, 0));
        Assert.Null(registry.FindNetns(0, 4026532001, 0));

        registry.Exists(3, $"/docker/{s_b}");
        registry.Began(registry.Find(s_b)!, new ContainerInit(12, 4026532001, 8, null));
        Assert.Same(registry.Find(s_b), registry.FindNetns(0, 4026532001, 0));
        Assert.Same(sandbox, registry.FindNetns(7, 4026532001, 0));
        _time.Advance(TimeSpan.FromMinutes(6));
        registry.Expire();
        Assert.Null(registry.FindNetns(7, 4026532009, 0));
    }

    [Fact]
    public void Without_cookies_a_network_namespaces_number_is_whose_it_was_at_the_time()
    {
        const uint inode = 4026532001;
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        registry.Exists(2, $"/docker/{s_b}");
        Container first = registry.Find(s_a)!, second = registry.Find(s_b)!;
        registry.Began(first, new ContainerInit(10, inode, 0, null), 100);
        Assert.Same(first, registry.FindNetns(0, inode, 1000));
        registry.InitEnded(first, 11, 150);
        registry.InitEnded(first, 10, 200);
        Assert.True(first.IsLive);
        registry.Began(second, new ContainerInit(12, inode, 0, null), 300);
        registry.Removed(1, $"/docker/{s_a}", 400);
        Container?[] At(params ulong[] times) => [.. times.Select(time => registry.FindNetns(0, inode, time))];
        Assert.Equal([first, first, first, null, null, second, second], At(50, 150, 200, 201, 299, 300, 1000));
        // One with a cookie that is not known is not that of a container that ended.
        Assert.Null(registry.FindNetns(9, inode, 150));

        registry.Removed(2, $"/docker/{s_b}", 500);
        Assert.Equal([first, second, null], At(150, 500, 501));
        _time.Advance(TimeSpan.FromMinutes(6));
        registry.Expire();
        Assert.Equal([null, null], At(150, 450));
    }

    [Fact]
    public void Without_a_time_of_its_end_a_container_has_no_packets_after_it()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        registry.Began(registry.Find(s_a)!, new ContainerInit(10, 4026532001, 0, null), 100);
        registry.Reconcile(new HashSet<ulong>(), long.MaxValue);
        Assert.Null(registry.FindNetns(0, 4026532001, 150));
    }

    [Fact]
    public void A_network_namespace_is_looked_for_in_what_the_kernel_reported_meanwhile()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        registry.Began(registry.Find(s_a)!, new ContainerInit(10, 4026532001, 7, null));
        registry.CatchUpBy(() =>
        {
            registry.Removed(1, $"/docker/{s_a}");
            registry.Exists(2, $"/docker/{s_b}");
            registry.Began(registry.Find(s_b)!, new ContainerInit(12, 4026532001, 8, null));
        });
        Assert.Same(registry.Find(s_a), registry.FindNetns(7, 4026532001, 0));
        Container? successor = registry.FindNetns(8, 4026532001, 0);
        Assert.NotNull(successor);
        Assert.Same(registry.Find(s_b), successor);
    }

    [Fact]
    public void Observers_are_told_of_each_that_appears_and_ends()
    {
        ContainerRegistry registry = Registry();
        registry.Exists(1, $"/docker/{s_a}");
        var told = new Told();
        using (registry.Observe(told))
        {
            registry.Notify();
            registry.Exists(2, $"/docker/{s_b}");
            registry.Removed(1, $"/docker/{s_a}");
            registry.Notify();
            registry.Notify();
            registry.Exists(3, $"/docker/{s_pod}");
            registry.Removed(3, $"/docker/{s_pod}");
            registry.Notify();
        }
        registry.Removed(2, $"/docker/{s_b}");
        registry.Notify();
        Assert.Equal(["+a", "-a", "+b"], told.Lines);
    }

    [Fact]
    public void An_observer_that_fails_is_said_so_and_told_on()
    {
        var warnings = new List<string>();
        var registry = new ContainerRegistry(TryCgroup, warn: warnings.Add);
        var told = new Told { Fails = true };
        using IDisposable observation = registry.Observe(told);
        registry.Exists(1, $"/docker/{s_a}");
        registry.Notify();
        registry.Exists(2, $"/docker/{s_b}");
        registry.Notify();
        Assert.Equal(["+a", "+b"], told.Lines);
        Assert.Equal([$"Told fails for container {s_a}: no", $"Told fails for container {s_b}: no"], warnings);
    }

    private sealed class Told : IContainerObserver
    {
        internal List<string> Lines { get; } = [];

        internal bool Fails { get; init; }

        public void Appeared(Container container) => Add("+", container);

        public void Ended(Container container) => Add("-", container);

        private void Add(string sign, Container container)
        {
            Lines.Add(sign + container.Id[0]);
            if (Fails)
                throw new InvalidOperationException("no");
        }
    }
}
