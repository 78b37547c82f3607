using System.Text.Json;
using System.Text.RegularExpressions;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Tests.Continuous;

/// <summary>Profiles become documents, and come back.</summary>
public sealed class StoredProfileTests : IEventSink, IEventChannel
{
    private const string Id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly List<byte[]> _documents = [];

    string IEventSink.Name => "test";

    [Fact]
    public void The_document_is_whole()
    {
        DocumentOutput output = Output();
        Emit(output, Busy(2), Cgroup.Of("/docker/" + Id).Container);
        JsonElement document = JsonElement.Parse(Assert.Single(_documents));
        Assert.Equal(
            ["id", "hostname", "region", "time", "uploaded_time", "tracer_time", "observed_timestamp", "container_id", "tracer_name", "tracer_id", "tracer_type", "tracer_data"],
            document.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("profiler", "task", Id), (document.GetProperty("tracer_name").GetString(), document.GetProperty("tracer_type").GetString(), document.GetProperty("container_id").GetString()));
        JsonElement data = document.GetProperty("tracer_data");
        Assert.Equal(
            """{"profiler":"oncpu","profile_type":"process_cpu:cpu:nanoseconds:cpu:nanoseconds","duration_ns":10000000000,"period_ns":100,"part":0,"samples":[{"stack":"k\tread\t[kernel]\nu\tspin\tbusy\np\tbusy","hits":2,"ns":200},{"stack":"r\t[blocked: I/O]\nu\tspin\tbusy\np\tbusy","hits":1,"ns":100}]}""",
            Regex.Replace(data.GetRawText(), "\"observed_timestamp\":\"[^\"]*\",", ""));
        Assert.Equal((1L, 1L, 1UL, 1UL), (output.Ledger.Decoded, output.Ledger.Accepted, output.Ledger.Kernel.Read().Hits, output.Ledger.Kernel.Read().Submitted));
    }

    [Fact]
    public void Documents_add_up_by_their_labels()
    {
        DocumentOutput output = Output();
        Emit(output, Busy(2), null);
        Emit(output, Busy(5), null);
        Emit(output, Busy(9), Cgroup.Of("/docker/" + Id).Container);
        StoredProfile host = Read(new LabelCondition("service_name", "host"));
        Assert.Equal((2, 1L + 1 + 2 + 5, TimeSpan.FromSeconds(20), 100L), (host.Count, Samples(host.Sum!), host.Sum!.Duration, host.Sum.PeriodNanoseconds));
        Assert.Equal(
            ["busy;spin;read|7|700", "busy;spin;[blocked: I/O]|2|200"],
            Enumerable.Range(1, host.Sum.Stacks.Count - 1).Where(node => host.Sum.Stacks[node].Count > 0).Select(node =>
                $"{string.Join(';', host.Sum.Stacks.Path(node).Select(frame => host.Sum.Frames[frame].Name))}|{host.Sum.Stacks[node].Count}|{host.Sum.Stacks[node].Nanoseconds}"));
        Assert.Equal(3, Read().Count);
        Assert.Equal(1, Read(new LabelCondition("container_id", "a+", Pattern: new Regex("^(?:a+)$"))).Count);
        Assert.Equal(2, Read(new LabelCondition("container_id", "", IsNegated: false)).Count);
        Assert.Equal(0, Read(new LabelCondition("profiler", "offcpu")).Count);
        Assert.Null(Read(new LabelCondition("profiler", "offcpu")).Sum);
    }

    [Fact]
    public void A_large_profile_is_split_and_adds_up_to_the_same()
    {
        var profile = new Profile(ProfileKind.OnCpu, new FrameTable()) { Duration = TimeSpan.FromSeconds(10), PeriodNanoseconds = 1 };
        for (int i = 0; i < 3000; i++)
            profile.Stacks.Add([profile.Frames.Intern(new Frame("busy", "", FrameKind.Process)), profile.Frames.Intern(new Frame(new string('f', 200) + i, "", FrameKind.User))], 1, 1);
        Emit(Output(), profile, null);
        Assert.InRange(_documents.Count, 4, 8);
        Assert.All(_documents, document => Assert.InRange(document.Length, 1, 256 << 10));
        StoredProfile sum = Read();
        Assert.Equal((3000L, TimeSpan.FromSeconds(10)), (Samples(sum.Sum!), sum.Sum!.Duration));
    }

    [Fact]
    public void What_is_summed_is_in_the_document_and_comes_back()
    {
        foreach (ProfileKind kind in (ReadOnlySpan<ProfileKind>)[ProfileKind.AllocatedSpace, ProfileKind.VirtualSpace, ProfileKind.Cycles, ProfileKind.IoTime, ProfileKind.Lock, ProfileKind.OffCpu])
        {
            _documents.Clear();
            var profile = new Profile(kind, new FrameTable());
            profile.Stacks.Add([profile.Frames.Intern(new Frame("busy", "", FrameKind.Process))], 2, 30, 400);
            Emit(Output(), profile, null);
            StoredProfile sum = Read();
            string? amount = kind == ProfileKind.Cycles ? "cycles" : kind.Units.Contains(ProfileUnit.Bytes) ? "bytes" : null;
            Assert.Equal(kind, sum.Sum!.Kind);
            Assert.Equal(amount, JsonElement.Parse(_documents[0]).GetProperty("tracer_data").GetProperty("samples")[0].EnumerateObject().Select(field => field.Name).Except(["stack", "hits", "ns"]).SingleOrDefault());
            Assert.Equal((2, 30, amount is null ? 0 : 400), (sum.Sum.Stacks[1].Count, sum.Sum.Stacks[1].Nanoseconds, sum.Sum.Stacks[1].Amount));
        }
    }

    [Fact]
    public void Other_documents_and_damaged_ones_are_none()
    {
        var sum = new StoredProfile([]);
        Assert.False(sum.Add("{\"tracer_name\":\"dropwatch\"}"u8));
        Assert.False(sum.Add("{\"profiler\":"u8));
        Assert.False(sum.Add(""u8));
        Assert.Null(sum.Sum);
    }

    [Theory]
    [InlineData("a\tb\nc", "a b c")]
    [InlineData("operator()(int) const", "operator()(int) const")]
    public void Names_come_back_but_for_what_parts_lines(string name, string expected)
    {
        var frames = new FrameTable();
        int frame = frames.Intern(new Frame(name, "lib", FrameKind.Kernel));
        var back = new FrameTable();
        Assert.Equal([new Frame(expected, "lib", FrameKind.Kernel)], StackLines.Read(StackLines.Write(frames, [frame]), back).Select(number => back[number]));
    }

    [Fact]
    public void Long_names_are_cut_between_characters()
    {
        var frames = new FrameTable();
        int frame = frames.Intern(new Frame(new string('x', StackLines.LongestName - 1) + "😀", "", FrameKind.User));
        Assert.Equal("u\t" + new string('x', StackLines.LongestName - 1), StackLines.Write(frames, [frame]));
    }

    [Fact]
    public void A_profile_of_memory_comes_back_with_its_bytes_and_that_of_disks_with_both()
    {
        foreach (ProfileKind kind in (ProfileKind[])[ProfileKind.HeldSpace, ProfileKind.IoTime, ProfileKind.IoBytes, ProfileKind.Lock])
        {
            _documents.Clear();
            var profile = new Profile(kind, new FrameTable());
            profile.Stacks.Add([profile.Frames.Intern(new Frame("app", "", FrameKind.Process))], 3, 70, 8192);
            Emit(Output(), profile, null);
            Profile read = Read().Sum!;
            Assert.Equal(kind, read.Kind);
            StackTree.Node node = Enumerable.Range(0, read.Stacks.Count).Select(i => read.Stacks[i]).Single(one => one.Count > 0);
            Assert.Equal((3, 70, kind == ProfileKind.Lock ? 0 : 8192), (node.Count, node.Nanoseconds, node.Amount));
        }
    }

    [Fact]
    public void What_a_task_took_is_not_added_to_what_was_taken_all_the_time()
    {
        Emit(Output(), Busy(10), null);
        foreach (ProfilePart part in ProfileParts.Of("oncpu", Busy(5), "t1"))
            Output().Emit((ulong)new KernelClock().MonotonicNow(), null, new ProfileEvent(part));
        Assert.Equal(11, Samples(Read().Sum!));
        Assert.Equal(6, Samples(Read(new LabelCondition("task_id", "t1")).Sum!));
        Assert.Null(Read(new LabelCondition("task_id", "t2")).Sum);
    }

    [Fact]
    public void Stacks_that_are_asked_for_stay_when_others_make_room()
    {
        var store = new StackStore(mostWords: 10 * (10 + StackStore.WordsBeside));
        store.Add(1, default(ProfileStack) with { Frames = 10 });
        for (ulong id = 2; id < 200; id++)
        {
            store.Add(id, default(ProfileStack) with { Frames = 10 });
            Assert.True(store.TryGet(1, out ReadOnlySpan<ulong> kept));
            Assert.Equal(10, kept.Length);
        }
        Assert.False(store.TryGet(2, out _));
        Assert.True(store.TryGet(199, out _));
        Assert.True(store.TryGet(0, out ReadOnlySpan<ulong> none) && none.IsEmpty);
    }

    IEventChannel IEventSink.Open(string tracer, SinkLedger ledger) => this;

    void IEventChannel.Accept(ReadOnlySpan<byte> document) => _documents.Add(document.ToArray());

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;

    private static Profile Busy(long count)
    {
        var profile = new Profile(ProfileKind.OnCpu, new FrameTable()) { Duration = TimeSpan.FromSeconds(10), PeriodNanoseconds = 100 };
        int process = profile.Frames.Intern(new Frame("busy", "", FrameKind.Process)), spin = profile.Frames.Intern(new Frame("spin", "busy", FrameKind.User));
        profile.Stacks.Add([process, spin, profile.Frames.Intern(new Frame("read", "[kernel]", FrameKind.Kernel))], count, count * 100);
        profile.Stacks.Add([process, spin, profile.Frames.Intern(new Frame("[blocked: I/O]", "", FrameKind.Reason))], 1, 100);
        return profile;
    }

    private static long Samples(Profile profile) => Enumerable.Range(0, profile.Stacks.Count).Sum(node => profile.Stacks[node].Count);

    private DocumentOutput Output() => new("profiler", "task", new Origin("vm", ""), new KernelClock(), [this]);

    private static void Emit(DocumentOutput output, Profile profile, Container? container)
    {
        foreach (ProfilePart part in ProfileParts.Of("oncpu", profile))
            output.Emit((ulong)new KernelClock().MonotonicNow(), container, new ProfileEvent(part));
    }

    private StoredProfile Read(params IReadOnlyList<LabelCondition> conditions)
    {
        var sum = new StoredProfile(conditions);
        foreach (byte[] document in _documents)
            sum.Add(document);
        return sum;
    }
}
