using System.Text.Json;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class LadderTests : IDisposable
{
    private static readonly KernelFeatures s_all = new(default, Bpf: true, Btf: true, RingBuffer: true, AtomicFetch: true, Kprobes: true, Tracefs: null, PreemptCount: default);
    private readonly string _tracefs = Directory.CreateTempSubdirectory("huatuo-tracefs-").FullName;

    public void Dispose() => Directory.Delete(_tracefs, recursive: true);

    private sealed class Tracer(params HookRung[] ladder) : EventTracerDefinition
    {
        public override string Name => "test";

        public override string Summary => "";

        public override OptionSchema Options => TracerOptions.Schema<TracerOptions>("test");

        public override IReadOnlyList<HookRung> Ladder => ladder;

        public override IEventTracer Create(TracerOptions options, TracerServices services) => throw new NotSupportedException();

        public override string FormatText(JsonElement document) => "";
    }

    private static HookRung Rung(string name, string? lacks = null) =>
        HookRung.Of(Part(name, lacks));

    private static Hook Part(string name, string? lacks = null) =>
        new(name, name + "_program", (_, _) => lacks is null ? null : new Unsupported(lacks, "5.5", "hint"));

    [Fact]
    public void AutoTakesTheFirstThatWorks()
    {
        Assert.Equal("a", Choose(TracerOptions.Auto, Rung("a"), Rung("b")).Rung?.Name);
        Ladder second = Choose(TracerOptions.Auto, Rung("a", "x"), Rung("b"), Rung("c"));
        Assert.Equal(("b", null), (second.Rung?.Name, second.Missing));
    }

    [Fact]
    public void WhenNoneWorksTheLastTellsWhatIsMissing()
    {
        Ladder none = Choose(TracerOptions.Auto, Rung("a", "x"), Rung("b", "y"));
        Assert.Equal((null, new Unsupported("y", "5.5", "hint")), (none.Rung, none.Missing));
        Assert.Empty(none.Programs);
    }

    [Fact]
    public void ARungTakesAllItsHooksInOrder()
    {
        Ladder both = Choose(TracerOptions.Auto, HookRung.Of(Part("a"), Part("b")));
        Assert.Equal("a+b", both.Rung?.Name);
        Assert.Equal(["a_program", "b_program"], both.Programs);
        Assert.Equal("x", Choose(TracerOptions.Auto, HookRung.Of(Part("a"), Part("b", "x"))).Missing?.Feature);
    }

    [Fact]
    public void AnOptionalHookIsLeftOut()
    {
        Assert.Equal(["b_program"], Choose(TracerOptions.Auto, HookRung.Of(Part("a", "x").Optional, Part("b"))).Programs);
        Assert.Equal(["c_program"], Choose(TracerOptions.Auto, HookRung.Of(Part("a", "x").Optional, Part("b", "y").Optional, Part("c").Optional)).Programs);
        Assert.Equal("x", Choose(TracerOptions.Auto, HookRung.Of(Part("a", "x").Optional, Part("b", "y").Optional)).Missing?.Feature);
    }

    [Fact]
    public void ARungWithoutProgramsAsksForWhatItReads()
    {
        Ladder works = Choose(TracerOptions.Auto, HookRung.User("rtnetlink", _ => null));
        Assert.Equal(("rtnetlink", null), (works.Rung?.Name, works.Missing));
        Assert.Empty(works.Programs);
        Assert.Equal("sockets", Choose(TracerOptions.Auto, HookRung.User("rtnetlink", _ => new Unsupported("sockets", "", ""))).Missing?.Feature);
    }

    [Fact]
    public void AHookThatIsAskedForIsTakenOrNone()
    {
        Assert.Equal("b", Choose("b", Rung("a"), Rung("b")).Rung?.Name);
        Assert.Equal("x", Choose("a", Rung("a", "x"), Rung("b")).Missing?.Feature);
    }

    [Fact]
    public void AnUnknownHookIsAnErrorThatListsThem() => Assert.StartsWith(
        "tracers.test.hook: 'kprobe/x' is none of auto, a, b",
        Assert.Throws<ArgumentException>(() => Choose("kprobe/x", Rung("a"), Rung("b"))).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatATracepointLacks()
    {
        HookRung rung = HookRung.Tracepoint("skb", "kfree_skb", "program");
        Assert.Equal("tp/skb/kfree_skb", rung.Name);
        string? Lacks(KernelFeatures kernel) => rung.On(kernel, null).Missing?.Feature;
        Assert.Equal("permission to load BPF programs", Lacks(s_all with { Bpf = false }));
        Assert.Equal("kernel BTF", Lacks(s_all with { Btf = false }));
        Assert.Equal("tracefs", Lacks(s_all));
        Assert.Equal("tracepoint skb:kfree_skb", Lacks(s_all with { Tracefs = _tracefs }));
        string id = Path.Combine(_tracefs, "events/skb/kfree_skb/id");
        Directory.CreateDirectory(Path.GetDirectoryName(id)!);
        File.WriteAllText(id, "1\n");
        Assert.Null(Lacks(s_all with { Tracefs = _tracefs }));
    }

    [Fact]
    public void WhatABtfTracepointLacks()
    {
        HookRung rung = HookRung.BtfTracepoint("kfree_skb", "program");
        Assert.Equal("tp_btf/kfree_skb", rung.Name);
        Assert.Equal("permission to load BPF programs", rung.On(s_all with { Bpf = false }, null).Missing?.Feature);
        Assert.Equal(new Unsupported("BTF tracepoint kfree_skb", "5.5", "needs a kernel built with CONFIG_DEBUG_INFO_BTF"), rung.On(s_all, null).Missing);
    }

    [Fact]
    public void WhatTheReturnOfAFunctionLacks()
    {
        HookRung rung = HookRung.Of(Hook.FunctionExit(("do_it", "program"), ("do_it_inner", "other")));
        Assert.Equal("fexit/do_it", rung.Name);
        Assert.Equal("permission to load BPF programs", rung.On(s_all with { Bpf = false }, null).Missing?.Feature);
        Assert.Equal("function do_it", rung.On(s_all, null).Missing?.Feature);
    }

    [Fact]
    public void OfAFunctionAllNamesAreTakenThatTheKernelHas()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        Assert.SkipWhen(btf is null, "this kernel lacks BTF");
        HookRung rung = HookRung.Of(Hook.FunctionExit(("do_it", "program"), ("schedule", "first"), ("do_exit", "second")));
        Assert.Equal("BPF programs at functions", rung.On(s_all, btf).Missing?.Feature);
        Assert.Equal(["first", "second"], rung.On(s_all with { FunctionHooks = new Lazy<bool>(() => true) }, btf).Programs);
    }

    [Fact]
    public void StatesHaveWords() => Assert.Equal(
        ["disabled", "unsupported", "starting", "running", "backing-off", "failed", "stopped"],
        Enum.GetValues<TracerState>().Select(state => state.Word()));

    private static Ladder Choose(string hook, params HookRung[] rungs) => Ladder.Choose(new Tracer(rungs), hook, s_all, null);
}
