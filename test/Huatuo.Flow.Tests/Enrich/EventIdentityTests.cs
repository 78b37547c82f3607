using System.Diagnostics.CodeAnalysis;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Namespaces;

namespace Huatuo.Flow.Tests.Enrich;

public sealed class EventIdentityTests : IAsyncDisposable
{
    private const uint HostNetns = 4026531840, OwnedNetns = 4026532001, SharedNetns = 4026532002;
    private const string V2 = "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    private const string V1 = "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
    private static readonly string s_task = new('a', 64), s_socket = new('b', 64), s_owner = new('c', 64);

    private readonly Proc _proc = new();
    private readonly ContainerRegistry _registry = new(TryCgroup);
    private NetnsIndex? _netns;

    public async ValueTask DisposeAsync()
    {
        if (_netns is not null)
            await _netns.DisposeAsync();
        _proc.Dispose();
    }

    private async Task<EventIdentity> Identity(string mountinfo = V2)
    {
        _proc.Process(1, HostNetns, $"0::/system.slice/docker-{s_owner}.scope\n")
            .Process(50, OwnedNetns, $"0::/system.slice/docker-{s_owner}.scope\n")
            .Process(60, SharedNetns, "0::/user.slice\n")
            .Write("self/mountinfo", mountinfo);
        _netns = new NetnsIndex(_proc.Root);
        await _netns.RefreshAsync();
        return new EventIdentity(_registry, _netns, CgroupMounts.Load(_proc.Root));
    }

    private static bool TryCgroup(ulong id, [NotNullWhen(true)] out string? path)
    {
        path = id switch { 1 => $"/docker/{s_task}", 2 => $"/docker/{s_socket}", 3 => "/user.slice", _ => null };
        return path is not null;
    }

    private static EventHeader Header(EventContext context, ulong cgroup = 0, uint netns = 0)
    {
        var header = new EventHeader { Context = (uint)context, CgroupId = cgroup, NetnsInum = netns, NetnsCookie = 7, Tgid = 10, Tid = 11, Cpu = 3, MemoryCgroupCss = 0xabc };
        "comm"u8.CopyTo(header.Comm);
        return header;
    }

    private static string Text(EventWho who) => Json.Of((ref writer) => who.Write(ref writer));

    [Fact]
    public async Task InTaskContextItIsTheTask()
    {
        EventIdentity identity = await Identity();
        EventWho who = identity.Resolve(Header(EventContext.Task, cgroup: 1, netns: OwnedNetns), socketCgroupId: 2);
        Assert.Equal(s_task, who.Container?.Id);
        Assert.Equal(
            $$"""{"context":"task","cpu":3,"comm":"comm","pid":10,"tid":11,"memory_cgroup_css_addr":"0xabc","cgroup_path":"/docker/{{s_task}}","container_id":"{{s_task}}","net_namespace_cookie":7,"net_namespace_inum":4026532001}""",
            Text(who));
    }

    [Theory]
    [InlineData(EventContext.Softirq, "softirq")]
    [InlineData(EventContext.Hardirq, "hardirq")]
    [InlineData(EventContext.Unknown, "unknown")]
    [InlineData((EventContext)17, "unknown")]
    public async Task ATaskThatWasInTheWayIsCalledThatAndItsCgroupIsNotAsked(EventContext context, string word)
    {
        EventIdentity identity = await Identity();
        EventWho who = identity.Resolve(Header(context, cgroup: 1), socketCgroupId: 0);
        Assert.Null(who.Container);
        Assert.Equal($$$"""{"context":"{{{word}}}","cpu":3,"interrupted":{"comm":"comm","pid":10,"tid":11}}""", Text(who));
    }

    [Fact]
    public async Task ElseItIsTheSocketThenTheOwnerOfTheNamespace()
    {
        EventIdentity identity = await Identity();
        string? Container(ulong socket, uint netns) => identity.Resolve(Header(EventContext.Softirq, cgroup: 1, netns), socket).Container?.Id;
        Assert.Equal(s_socket, Container(2, OwnedNetns));
        Assert.Equal(s_owner, Container(0, OwnedNetns));
        Assert.Equal(s_owner, Container(3, OwnedNetns));
        Assert.Equal(s_owner, Container(99, OwnedNetns));
        Assert.Null(Container(0, HostNetns));
        Assert.Null(Container(0, 0));
        Assert.Null(Container(0, 4026539999));
        Assert.Contains("\"cgroup_path\":\"/user.slice\",\"net", Text(identity.Resolve(Header(EventContext.Softirq, 1, SharedNetns), 0)), StringComparison.Ordinal);
        Assert.Contains("\"cgroup_path\":\"/user.slice\",\"net", Text(identity.Resolve(Header(EventContext.Softirq, 1, HostNetns), 3)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOwnerThatHasEndedOwnsTheNamespaceNoMore()
    {
        EventIdentity identity = await Identity();
        string path = $"/system.slice/docker-{s_owner}.scope";
        _registry.Exists(9, path);
        Assert.Equal(s_owner, identity.Resolve(Header(EventContext.Softirq, netns: OwnedNetns), 0).Container?.Id);
        _registry.Removed(9, path);
        EventWho who = identity.Resolve(Header(EventContext.Softirq, netns: OwnedNetns), 0);
        Assert.Null(who.Container);
        Assert.DoesNotContain("cgroup_path", Text(who), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(V1)]
    [InlineData(V1 + V2)]
    public async Task WithMemoryOnV1ASocketTellsNothing(string mountinfo)
    {
        EventIdentity identity = await Identity(mountinfo);
        Assert.Null(identity.Resolve(Header(EventContext.Softirq), 2).Container);
        Assert.Equal(s_task, identity.Resolve(Header(EventContext.Task, cgroup: 1), 2).Container?.Id);
    }

    [Fact]
    public async Task ACgroupThatIsGoneHasNoPath()
    {
        EventIdentity identity = await Identity();
        Assert.Equal(
            """{"context":"task","cpu":3,"comm":"comm","pid":10,"tid":11,"memory_cgroup_css_addr":"0xabc"}""",
            Text(identity.Resolve(Header(EventContext.Task, cgroup: 99), 0)));
    }

    [Fact]
    public void ZeroTerminatedText()
    {
        Assert.Equal("ab"u8, EventWho.ZeroTerminated("ab\0cd"u8));
        Assert.Equal("abcd"u8, EventWho.ZeroTerminated("abcd"u8));
        Assert.Equal(""u8, EventWho.ZeroTerminated("\0"u8));
    }
}
