using System.Diagnostics;
using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Clock;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Io;

/// <summary>Operations whose end was not seen, in the places of others.</summary>
public sealed class UnseenEndsKernelTests
{
    private const long HourNanoseconds = 3600 * 1_000_000_000L;
    private const int Reads = 256, MostPlaces = 4096;

    // The kernel keeps a bio that is waited for on the stack of who waits: those of the second time are where those of the first were.
    private const string Twice = """
        #define FLAGS O_RDWR | O_DIRECT
        void reads(void) { for (int i = 0; i < 256; i++) get(512, i * 512L); }
        static void work(void) { reads(); next("once"); reads(); }
        """;

    [Theory]
    [InlineData(true, 1, Reads)]
    // It is drawn once in 30,000 times that the test runs.
    [InlineData(true, 1L << 32, 0)]
    [InlineData(false, 1, 0)]
    public async Task An_operation_whose_end_was_not_seen_is_not_told_when_another_ends_in_its_place(bool isTarget, long interval, int told)
    {
        await using var disk = await BareDisk.MakeAsync(1 << 20);
        await using var program = new CompiledProgram("rereader", IoKernelTests.Program(disk.Path, Twice));
        Process process = await program.StartAsync();
        ulong[] places = await PlacesAsync(process);

        using HookedProfiler profiler = IoKernelTests.Start(new IoOptions { Interval = interval, Target = Only(isTarget ? process.Id : Environment.ProcessId) });
        var bios = new IoBpf(profiler.Loaded).Bios;
        ulong hourAgo = (ulong)(new KernelClock().MonotonicNow() - HourNanoseconds);
        var unseen = new IoBegun { BegunNs = hourAgo, Bytes = 512, Weight = new Weight { Times = 1, Of = 1 } };
        "unseen"u8.CopyTo(unseen.Key.Comm);
        foreach (ulong place in places)
            bios.Set(place, unseen);
        long took = await CompiledProgram.FinishAsync(process);
        profiler.Stop();
        Profile profile = profiler.Profile;

        Assert.Contains(places, place => !bios.TryGet(place, out IoBegun left) || left.BegunNs != hourAgo);
        Assert.True(!profile.Processes().Contains("unseen"), profile.Text());
        Assert.Equal(told, profile.Count("rereader", $"[disk {disk.Name}]", "[read]"));
        Assert.InRange(profile.Within("rereader"), told, told == 0 ? 0 : took);
        profile.AssertComplete();
    }

    // With the program alone that sees what begins, each stays where it was.
    private static async Task<ulong[]> PlacesAsync(Process process)
    {
        var programs = new HookedPrograms(BpfImages.Open(IoBpf.ObjectName), [IoProfiler.Programs(isBlock: true)[^1]], 1, 1, 0, _ => { }, null);
        using HookedProfiler begins = HookedProfiler.Start(programs, Only(process.Id), (loaded, _) => new ProfileRecorder(ProfileKind.IoTime, loaded, 0, false, SymbolSource.Loaded(), _ => []));
        await CompiledProgram.NextAsync(process, "once");
        ulong[] places = new ulong[MostPlaces];
        int count = new IoBpf(begins.Loaded).Bios.Dump(places, new IoBegun[MostPlaces]);
        Assert.InRange(count, 1, Reads);
        return places[..count];
    }

    private static ProfileTarget Only(int process) => new() { Tgid = (uint)process };
}
