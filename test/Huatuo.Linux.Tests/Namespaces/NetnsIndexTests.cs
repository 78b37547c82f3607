using System.Diagnostics;
using System.Threading.Channels;
using Huatuo.Linux.Namespaces;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Linux.Tests.Namespaces;

public class NetnsIndexTests
{
    private static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    private static TreeFixture Host() => new TreeFixture()
        .Process(1, 100, "0::/init.scope\n")
        .Process(10, 100, "0::/host.service\n");

    [Fact]
    public async Task The_lowest_process_of_each_namespace_owns_it()
    {
        using var tree = Host()
            .Process(1002, 200, "4:memory:/docker/late\n0::/x\n")
            .Process(999, 200, "4:memory:/docker/a\n0::/x\n")
            .Process(30, 300, "0::/pod\n")
            .Process(20, 300, "nonsense")
            .Process(40, 0, "0::/zero\n")
            .Link("50/ns/net", "mnt:[400]")
            .Link("51/ns/net", "net:[4294967296]")
            .Link("52/ns/net", "net:[1")
            .Write("60/cgroup", "0::/zombie\n")
            .Process(61, 400, "0::/four\n");
        File.CreateSymbolicLink(Path.Combine(tree.Root, "self"), "10");
        await using var index = new NetnsIndex(tree.Root, new FakeTimeProvider());
        Assert.Equal(0, index.Count);
        await index.RefreshAsync();

        Assert.Equal(100u, index.HostInode);
        Assert.Equal(5, index.Count);
        Assert.Equal(new NetnsOwner(1, "/init.scope"), Find(index, 100));
        Assert.Equal(new NetnsOwner(999, "/docker/a"), Find(index, 200));
        Assert.Equal(new NetnsOwner(30, "/pod"), Find(index, 300));
        Assert.Equal(new NetnsOwner(61, "/four"), Find(index, 400));
        Assert.Null(Find(index, 1));
    }

    [Fact]
    public async Task Host_falls_back_to_the_own_namespace_and_then_to_zero()
    {
        using var tree = new TreeFixture().Link("self/ns/net", "net:[77]");
        await using var index = new NetnsIndex(tree.Root);
        Assert.Equal(77u, index.HostInode);
        await using var none = new NetnsIndex(Path.Combine(tree.Root, "missing"));
        Assert.Equal(0u, none.HostInode);
        await none.RefreshAsync();
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public async Task The_number_of_namespaces_is_bounded()
    {
        using var tree = Host().Process(20, 200, "0::/a\n").Process(30, 300, "0::/b\n");
        await using var index = new NetnsIndex(tree.Root, new FakeTimeProvider(), capacity: 2);
        await index.RefreshAsync();
        Assert.Equal(2, index.Count);
        Assert.NotNull(Find(index, 200));
        Assert.Null(Find(index, 300));
    }

    [Fact]
    public async Task An_unknown_namespace_is_looked_for_in_the_background()
    {
        using var tree = Host();
        var time = new PausingTime();
        await using var index = new NetnsIndex(tree.Root, time);

        var refreshed = index.NextRefresh;
        Assert.Null(Find(index, 100));
        await Done(refreshed);
        Assert.NotNull(Find(index, 100));

        // Inside the interval a lookup asks, and the answer comes when the interval is over.
        await time.Pausing();
        tree.Process(20, 200, "0::/new\n");
        refreshed = index.NextRefresh;
        Assert.Null(Find(index, 200));
        time.Advance(NetnsIndex.MinInterval - TimeSpan.FromTicks(1));
        Assert.Null(Find(index, 200));
        Assert.False(refreshed.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        await Done(refreshed);
        Assert.Equal(new NetnsOwner(20, "/new"), Find(index, 200));
    }

    [Fact]
    public async Task A_namespace_without_processes_is_asked_for_less_and_less()
    {
        using var tree = Host();
        var time = new PausingTime();
        await using var index = new NetnsIndex(tree.Root, time);

        var refreshed = index.NextRefresh;
        Assert.Null(Find(index, 500));
        long asked = 1;
        foreach (int wait in (int[])[1, 2, 4, 8, 16, 32, 64, 64])
        {
            Assert.Equal(asked++, index.Asked);
            await Done(refreshed);
            await time.Pausing();

            time.Advance(TimeSpan.FromSeconds(wait) - TimeSpan.FromTicks(1));
            Assert.Null(Find(index, 500));
            Assert.Equal(asked - 1, index.Asked);
            time.Advance(TimeSpan.FromTicks(1));
            refreshed = index.NextRefresh;
            Assert.Null(Find(index, 500));
        }

        // It is found at last when a process joins it.
        await Done(refreshed);
        await time.Pausing();
        tree.Process(20, 500, "0::/late\n");
        time.Advance(NetnsIndex.MaxRetry);
        refreshed = index.NextRefresh;
        Assert.Null(Find(index, 500));
        await Done(refreshed);
        Assert.Equal(new NetnsOwner(20, "/late"), Find(index, 500));
    }

    [Fact]
    public async Task An_old_snapshot_answers_for_who_is_still_there_and_is_renewed()
    {
        using var tree = Host().Process(20, 200, "0::/old\n").Process(30, 300, "0::/stays\n");
        var time = new FakeTimeProvider();
        await using var index = new NetnsIndex(tree.Root, time);
        await index.RefreshAsync();

        Directory.Delete(Path.Combine(tree.Root, "20"), recursive: true);
        tree.Process(21, 200, "0::/new\n");
        time.Advance(NetnsIndex.StaleAfter);
        Assert.Equal("/old", Find(index, 200)?.CgroupPath);
        Assert.Equal(0, index.Asked);

        time.Advance(TimeSpan.FromTicks(1));
        var refreshed = index.NextRefresh;
        Assert.Null(Find(index, 200));
        Assert.Equal("/stays", Find(index, 300)?.CgroupPath);
        await Done(refreshed);
        Assert.Equal("/new", Find(index, 200)?.CgroupPath);
    }

    [Fact]
    public async Task A_lookup_allocates_nothing_and_may_come_after_the_end()
    {
        using var tree = Host();
        var index = new NetnsIndex(tree.Root, new FakeTimeProvider());
        await index.RefreshAsync();
        _ = Find(index, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) _ = index.TryFind(100, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        await index.DisposeAsync();
        await index.DisposeAsync();
        Assert.NotNull(Find(index, 100));
        Assert.Null(Find(index, 4711));
    }

    [Fact]
    public async Task A_process_of_this_host_in_its_own_namespace_is_found()
    {
        using var child = Process.Start(new ProcessStartInfo("unshare", ["--net", "cat"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            // The echo says that unshare has become cat.
            await child.StandardInput.WriteLineAsync("ready");
            await child.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("ready", await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            string link = new FileInfo($"/proc/{child.Id}/ns/net").LinkTarget!;
            uint inode = uint.Parse(link.AsSpan(5, link.Length - 6));

            await using var index = new NetnsIndex();
            await index.RefreshAsync();
            Assert.NotEqual(inode, index.HostInode);
            Assert.Equal(child.Id, Find(index, inode)?.Tgid);
            string cgroup = await File.ReadAllTextAsync($"/proc/{child.Id}/cgroup", TestContext.Current.CancellationToken);
            Assert.Contains(Find(index, inode)!.Value.CgroupPath + "\n", cgroup);
            Assert.InRange(Find(index, index.HostInode)?.Tgid ?? 0, 1, child.Id - 1);
        }
        finally
        {
            child.StandardInput.Close();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static NetnsOwner? Find(NetnsIndex index, uint inode) => index.TryFind(inode, out var owner) ? owner : null;

    private static Task Done(Task task) => task.WaitAsync(s_hang, TestContext.Current.CancellationToken);

    /// <summary>Tells when the index has begun its pause after a snapshot, so that the pause can be ended.</summary>
    private sealed class PausingTime : FakeTimeProvider
    {
        private readonly Channel<bool> _pauses = Channel.CreateUnbounded<bool>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _pauses.Writer.TryWrite(true);
            return timer;
        }

        internal Task Pausing() => Done(_pauses.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());
    }
}
