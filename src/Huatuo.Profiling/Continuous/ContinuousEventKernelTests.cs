using System.Diagnostics;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Clock;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Continuous;

/// <summary>Profilers of events that go on: what programs are known to do is found in the documents of all windows.</summary>
public sealed class ContinuousEventKernelTests : IEventSink, IEventChannel
{
    private const long MiB = 1 << 20;
    private const double ThreePoints = 0.03;

    private readonly List<byte[]> _documents = [];
    private readonly DocumentOutput _output;

    public ContinuousEventKernelTests() => _output = new DocumentOutput("profiler", "task", new Origin("vm", ""), new KernelClock(), [this]);

    string IEventSink.Name => "test";

    [Fact]
    public async Task Memory_that_is_taken_is_stored_with_its_shares_and_nothing_of_another_process()
    {
        string source = MemoryKernelTests.Touches.Replace("large(); small();", "for (int i = 0; i < 24; i++) { large(); small(); }", StringComparison.Ordinal);
        await using var program = new CompiledProgram("touches", source);
        await using var other = new CompiledProgram("rival", source);
        Process process = await program.StartAsync(), rival = await other.StartAsync();
        // With the usual bound of stacks a second too few would be drawn for three points.
        var options = new MemoryOptions { Interval = 64 << 10, MostStacks = 0, Target = Only(process) };
        Profile profile = await StoreAsync(MemoryProfiler.Name, () => MemoryKernelTests.Start(options), () => Task.WhenAll(NextAsync(process), NextAsync(rival)));

        Assert.Equal(["touches"], profile.Processes());
        double all = 24 * 64 * MiB;
        Assert.InRange(profile.Within("touch", "[pages: movable]") / all, 1 - ThreePoints, 1 + ThreePoints);
        Assert.InRange(profile.Within("large", "touch", "[pages: movable]") / all, 0.75 - ThreePoints, 0.75 + ThreePoints);
    }

    [Fact]
    public async Task What_is_held_at_the_end_is_in_the_last_document()
    {
        await using var program = new CompiledProgram("keeper", MemoryKernelTests.Keeps);
        Process process = await program.StartAsync();
        var options = new MemoryOptions { Kind = MemoryKind.Held, Interval = 1, Target = Only(process) };
        Profile profile = await StoreAsync(MemoryProfiler.Name, () => MemoryKernelTests.Start(options), () => NextAsync(process), moreWindows: 3);

        Assert.Equal(ProfileKind.HeldSpace, profile.Kind);
        Assert.True(profile.Within("keeps", "[pages: movable]") == 32 * MiB, profile.Text());
        Assert.InRange(profile.Within("gives_back", "[pages: movable]"), 0, MemoryKernelTests.Batches);
        Assert.True(_documents.Count >= 3);
    }

    [Fact]
    public async Task Files_that_are_read_and_written_are_stored_with_their_bytes()
    {
        await using var folder = new MemoryFolder();
        await using var program = new CompiledProgram("fileuser", IoKernelTests.Program(folder.File("data"), IoKernelTests.Files));
        Process process = await program.StartAsync();
        var options = new IoOptions { Layer = IoLayer.File, Interval = 1, Target = Only(process) };
        Profile profile = await StoreAsync(IoProfiler.Name, () => IoKernelTests.Start(options), () => CompiledProgram.FinishAsync(process));

        Assert.Equal(["fileuser"], profile.Processes());
        string file = $"[file {MemoryFolder.Inside("data")} on tmpfs]";
        Assert.True(profile.Bytes("writes", file, "[write]") == 3 * MiB, profile.Text());
        Assert.Equal((MiB, 256), (profile.Bytes("reads", file, "[read]"), profile.Count("reads", file, "[read]")));
        Assert.True(profile.Within("reads") > 0);
    }

    [Fact]
    public async Task Waits_for_locks_are_stored_with_their_time()
    {
        await using var program = new CompiledProgram("mutex", LockKernelTests.Mutex, "-DPROTOCOL=PTHREAD_PRIO_NONE");
        Process process = await program.StartAsync();
        var options = new LockOptions { Kinds = LockKinds.Futex, Interval = TimeSpan.Zero, Target = Only(process) };
        Task<long>? waited = null;
        Profile profile = await StoreAsync(LockProfiler.Name, () => LockKernelTests.Start(options), () => waited = CompiledProgram.FinishAsync(process));

        Assert.Equal(["mutex"], profile.Processes());
        Assert.InRange((double)profile.Within("takes", "[futex: wait]") / await waited!, 0.95, 1);
        Assert.InRange(profile.Count("takes", "[futex: wait]"), 38, 42);
    }

    [Fact]
    public async Task Sums_are_right_when_the_rate_changes_within_a_window()
    {
        await using var program = new CompiledProgram("touches", MemoryKernelTests.Touches.Replace("large(); small();", "for (int i = 0; i < 24; i++) { large(); small(); }", StringComparison.Ordinal));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = MemoryKernelTests.Start(new MemoryOptions { Interval = 16 << 10, Target = Only(process) });
        Assert.Equal(17, profiler.Levels);
        Task done = NextAsync(process);
        for (int change = 0; !done.IsCompleted; change++)
        {
            profiler.SetLevel(change % 3);
            await Task.WhenAny(done, Task.Delay(20, TestContext.Current.CancellationToken));
        }
        await done;
        profiler.Stop();
        // At most one of 16 pages is drawn: three points are more than four deviations.
        Assert.InRange(profiler.Profile.Within("touch", "[pages: movable]") / (24.0 * 64 * MiB), 1 - ThreePoints, 1 + ThreePoints);
        profiler.Profile.AssertComplete();
    }

    [Fact]
    public async Task A_pause_costs_nothing_and_what_was_held_before_it_is_forgotten()
    {
        await using var program = new CompiledProgram("keeper", MemoryKernelTests.Keeps.Replace("madvise(kept", "keeps(); madvise(kept", StringComparison.Ordinal));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = MemoryKernelTests.Start(new MemoryOptions { Kind = MemoryKind.Held, Interval = 1, Target = Only(process) });
        profiler.Pause();
        ulong seen = profiler.Profile.Kernel.Seen;
        await NextAsync(process);
        profiler.Take();
        Assert.Equal(seen, profiler.Profile.Kernel.Seen);
        profiler.Resume();
        await CompiledProgram.NextAsync(process, "less");
        profiler.Take();
        // 32 MiB of which 8 went again, and some of each CPU's pages.
        Assert.InRange(profiler.Profile.Within("keeps", "[pages: movable]"), 24 * MiB, 24 * MiB + MemoryKernelTests.Batches);
        profiler.Pause();
        profiler.Resume();
        profiler.Recorder.Renew(int.MaxValue);
        profiler.Take();
        Assert.Equal(0, profiler.Profile.Within("keeps"));
    }

    IEventChannel IEventSink.Open(string tracer, SinkLedger ledger) => this;

    void IEventChannel.Accept(ReadOnlySpan<byte> document) => _documents.Add(document.ToArray());

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;

    // What is stored while some work lasts, and in some windows after it, read back.
    private async Task<Profile> StoreAsync(string name, Func<IContinuousProfiler> start, Func<Task> work, int moreWindows = 0)
    {
        var settings = new ContinuousSettings(name, TimeSpan.FromSeconds(1), 1, Environment.ProcessorCount, _ => null);
        using var profiler = new ContinuousProfiler(settings, start, new ProfilerCost(), TimeProvider.System, Store, Assert.Fail);
        profiler.Step();
        Task done = work();
        long began = Stopwatch.GetTimestamp();
        for (long? windows = null; windows is null || profiler.Counts.Windows < windows + moreWindows; await Task.Delay(100, TestContext.Current.CancellationToken))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(3), "no end in 3 minutes");
            profiler.Step();
            windows ??= done.IsCompleted ? profiler.Counts.Windows : null;
        }
        await done;
        profiler.Stop();
        Assert.Equal((0UL, 0L, 0L), (profiler.Counts.Kernel.Lost, profiler.Counts.Dropped, profiler.Counts.Failures));
        var sum = new StoredProfile([new LabelCondition("profiler", name)]);
        foreach (byte[] document in Enumerable.Reverse(_documents))
            sum.Add(document);
        return sum.Sum!;
    }

    private void Store(ContinuousProfiler profiler, Container? container, Profile profile)
    {
        foreach (ProfilePart part in ProfileParts.Of(profiler.Name, profile))
            _output.Emit((ulong)new KernelClock().MonotonicNow(), container, new ProfileEvent(part));
    }

    private static ProfileTarget Only(Process process) => new() { Tgid = (uint)process.Id };

    private static Task NextAsync(Process process) => CompiledProgram.NextAsync(process, "done");
}
