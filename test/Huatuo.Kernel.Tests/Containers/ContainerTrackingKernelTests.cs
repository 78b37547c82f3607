using System.Diagnostics;
using System.Globalization;
using Huatuo.Flow.Containers;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Namespaces;

namespace Huatuo.Kernel.Tests.Containers;

/// <summary>Cgroups named as runtimes name them, made and removed under the eyes of the kernel's tracepoints.</summary>
public sealed class ContainerTrackingKernelTests
{
    private static string NewId() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());

    private static ulong IdOf(string mount, string path)
    {
        ulong id = 0;
        CgroupTree.TryRead(mount, (found, at) => id = at == path ? found : id, TestContext.Current.CancellationToken);
        Assert.NotEqual(0UL, id);
        return id;
    }

    [Fact]
    public async Task One_that_was_gone_when_it_was_asked_for_is_known_from_the_kernel()
    {
        await using KernelContainers containers = await KernelContainers.StartAsync();
        string id = NewId();
        ulong cgroup;
        await using (var made = new MemoryCgroup(id))
            cgroup = IdOf(containers.Mounts.IdentityPath!, made.Path);
        // Nothing waits here: what the kernel told is taken in by the question.
        Container container = containers.Registry.Find(cgroup)!.Container!;
        Assert.Equal(id, container.Id);
        await containers.WaitAsync(_ => container.IsLive ? null : container, "its end");
        Assert.NotNull(container.EndedAt);
        Assert.InRange(container.StartedAt!.Value, container.EndedAt!.Value - TimeSpan.FromMinutes(5), container.EndedAt.Value);
        Assert.DoesNotContain(container, containers.Registry.Live);
        Assert.Equal(0, containers.Tracking.Lost);
    }

    [Fact]
    public async Task Cgroups_of_other_hierarchies_are_not_mixed_up_with_it()
    {
        await using var other = new NamedHierarchy();
        await using KernelContainers containers = await KernelContainers.StartAsync();
        string id = NewId(), elsewhere = NewId();
        other.Make(elsewhere);
        await using (new MemoryCgroup(id))
            await containers.WaitAsync(registry => registry.Find(id), "the container's appearance");
        Assert.Null(containers.Registry.Find(elsewhere));
    }

    [Fact]
    public async Task Those_of_the_start_are_found_with_their_first_process_and_namespace()
    {
        string id = NewId();
        await using var made = new MemoryCgroup(id);
        Process first = made.Start("exec sleep 600");
        await using KernelContainers containers = await KernelContainers.StartAsync();
        Container container = await containers.WaitAsync(registry => registry.Find(id) is { Init: not null } found ? found : null, "its first process");
        Assert.Equal(made.Path, container.CgroupPath);
        Assert.Equal(containers.Mounts.IdentityPath + made.Path, containers.Registry.Folder(container, "memory"));
        NetnsScan.TryInode("/proc/self", out uint netns);
        Assert.Equal((first.Id, netns), (container.Init!.Pid, container.Init.NetnsInode));
        Assert.InRange(container.StartedAt!.Value, first.StartTime.ToUniversalTime() - TimeSpan.FromSeconds(2), first.StartTime.ToUniversalTime() + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task One_whose_processes_are_moved_lives_on_where_they_are()
    {
        await using KernelContainers containers = await KernelContainers.StartAsync();
        string id = NewId(), mount = containers.Mounts.IdentityPath!;
        MemoryCgroup? first = new(id);
        try
        {
            await using var later = new MemoryCgroup($"docker-{id}.scope");
            Process process = later.Start($"echo $$ > '{mount}{first.Path}/cgroup.procs' && echo in && exec sleep 600");
            await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            await containers.WaitAsync(registry => registry.Find(id) is { } found && found.CgroupPath == first.Path ? found : null, "its appearance");
            await File.WriteAllTextAsync($"{mount}{later.Path}/cgroup.procs", $"{process.Id}", TestContext.Current.CancellationToken);
            await first.DisposeAsync();
            first = null;
            Container moved = await containers.WaitAsync(registry => registry.Live.SingleOrDefault(one => one.Id == id && one.CgroupPath == later.Path), "its move");
            Assert.Same(moved, containers.Registry.Find(later.Id)!.Container);
            Assert.Same(moved, containers.Registry.Find(id));
        }
        finally
        {
            if (first is not null)
                await first.DisposeAsync();
        }
    }

    [Fact]
    public async Task Where_the_kernel_does_not_tell_the_file_system_is_read_again()
    {
        await using KernelContainers containers = await KernelContainers.StartAsync(watches: false);
        Assert.False(containers.Tracking.IsWatching);
        string id = NewId();
        Container container;
        await using (new MemoryCgroup(id))
            container = await containers.WaitAsync(registry => registry.Find(id), "its appearance");
        await containers.WaitAsync(_ => container.IsLive ? null : container, "its end");
    }

    [Fact]
    public async Task The_first_program_of_a_pid_namespace_tells_host_name_process_and_namespaces()
    {
        await using KernelContainers containers = await KernelContainers.StartAsync();
        string id = NewId();
        await using var made = new MemoryCgroup(id);
        Process outer = made.Start("exec unshare --pid --fork --uts --net --mount-proc --kill-child sh -c 'hostname web-0.shop; exec sh -c \"readlink /proc/self/ns/net; exec sleep 600\"'");
        string link = (await outer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        uint netns = uint.Parse(link.AsSpan("net:[".Length, link.Length - "net:[]".Length), CultureInfo.InvariantCulture);
        Container container = await containers.WaitAsync(registry => registry.Find(id) is { Names.Hostname: "web-0.shop" } found ? found : null, "its host name");
        ContainerInit init = container.Init!;
        Assert.Equal(netns, init.NetnsInode);
        Assert.Contains($"NSpid:\t{init.Pid}\t1", await File.ReadAllTextAsync($"/proc/{init.Pid}/status", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(NetnsCookies.Exist, init.NetnsCookie != 0);
        Assert.Same(container, containers.Registry.FindNetns(init.NetnsCookie, netns, ulong.MaxValue));
        using Process first = Process.GetProcessById(init.Pid);
        first.Kill();
        await outer.WaitForExitAsync(TestContext.Current.CancellationToken);
        // The kernel may give the number to another namespace now; a cookie stays the container's.
        await containers.WaitAsync(registry => registry.FindNetns(init.NetnsCookie, netns, ulong.MaxValue) is not null == NetnsCookies.Exist ? container : null, "the end of its namespace");
        Assert.True(container.IsLive);
    }

    [Fact]
    public async Task The_first_program_of_a_namespace_within_the_container_s_is_not_the_container_s()
    {
        await using KernelContainers containers = await KernelContainers.StartAsync();
        string id = NewId();
        await using var made = new MemoryCgroup(id);
        Process outer = made.Start("""
            export INNER='hostname inner.shop; exec sh -c "echo inner; exec sleep 600"'
            exec unshare --pid --fork --uts --net --mount-proc --kill-child sh -c 'hostname web-0.shop; exec sh -c "echo outer; unshare --pid --fork --uts --net --kill-child sh -c \"\$INNER\""'
            """);
        Assert.Equal("outer", await outer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        Container container = await containers.WaitAsync(registry => registry.Find(id) is { Names.Hostname: "web-0.shop" } found ? found : null, "its host name");
        (int pid, uint netns) = (container.Init!.Pid, container.Init.NetnsInode);
        Assert.Equal("inner", await outer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        // The kernel tells in order.
        string last = NewId();
        await using (new MemoryCgroup(last))
            await containers.WaitAsync(registry => registry.Find(last), "what came later");
        Assert.Equal((pid, netns, 1, "web-0.shop"), (container.Init.Pid, container.Init.NetnsInode, container.Init.PidLevel, container.Names.Hostname));
        using Process first = Process.GetProcessById(pid);
        first.Kill();
        await outer.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task More_changes_than_the_ring_holds_are_made_up_for_by_reading()
    {
        await using KernelContainers containers = await KernelContainers.StartAsync();
        using var gate = new ManualResetEventSlim();
        Action wake = containers.Registry.Changed;
        // Called by the thread that reads the ring.
        containers.Registry.Changed = () =>
        {
            gate.Wait();
            wake();
        };
        string mount = containers.Mounts.IdentityPath!;
        string root = $"/huatuo-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        List<string> made = [];
        void Make()
        {
            string path = $"{root}/{new string('x', 180)}-{NewId()}";
            Directory.CreateDirectory(mount + path);
            made.Add(path);
        }
        Directory.CreateDirectory(mount + root);
        try
        {
            for (int i = 0; i < 1500; i++)
                Make();
            gate.Set();
            foreach (string path in made)
                await containers.WaitAsync(registry => registry.Find(path[^64..]), "each of them");
            Assert.NotEqual(0, containers.Tracking.Lost);
        }
        finally
        {
            gate.Set();
            foreach (string path in made)
                Directory.Delete(mount + path);
            Directory.Delete(mount + root);
        }
    }
}
