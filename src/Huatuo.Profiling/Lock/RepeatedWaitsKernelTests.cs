using System.Diagnostics;
using System.Globalization;
using Huatuo.Bpf.Maps;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Clock;
using Huatuo.Profiling.Sampling;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Lock;

/// <summary>Waits that begin while one of the same thread for the same lock is there.</summary>
public sealed class RepeatedWaitsKernelTests
{
    private const long HourNanoseconds = 3600 * 1_000_000_000L;
    private const int MostWaits = 32768;

    // Writes a byte for each line, and tells how long that took.
    private static string Writer(string path) => LockKernelTests.Frame + $$"""
        int main(void)
        {
            char told[32] = "ready";
            int file = open("{{path}}", O_RDWR);
            for (;;) {
                next(told);
                long begin = now();
                write(file, "x", 1);
                sprintf(told, "%ld", now() - begin);
            }
        }
        """;

    [Theory]
    // An inode's semaphore: what is there is a wait whose end was not seen.
    [InlineData(false)]
    // A pipe's mutex: what is there is this wait, which began before the task spun.
    [InlineData(true)]
    public async Task A_wait_that_is_there_is_another_one_unless_the_lock_is_a_mutex(bool isMutex)
    {
        LockKernelTests.SkipWithoutKernel();
        await using var folder = new MemoryFolder();
        string path = folder.File("shared");
        Command.Run("", isMutex ? "mkfifo" : "touch", path);
        await using var program = new CompiledProgram("writer", Writer(path));
        Process process = await program.StartAsync();
        using HookedProfiler profiler = LockKernelTests.Start(new LockOptions { Kinds = LockKinds.Kernel, Interval = TimeSpan.Zero, Target = new ProfileTarget { Tgid = (uint)process.Id } });
        BpfMap<WaitKey, LockWait> waits = new LockBpf(profiler.Loaded).Waits;
        uint kind = (uint)(isMutex ? LockKind.Mutex : LockKind.RwsemWrite);

        WaitKey key = default;
        long took = await WriteAsync(process, path, profiler, () => TryFind(waits, process, kind, out key));
        Assert.False(waits.TryGet(key, out _));
        waits.Set(key, new LockWait { BegunNs = (ulong)(new KernelClock().MonotonicNow() - HourNanoseconds), Reason = kind });
        took += await WriteAsync(process, path, profiler, () => IsWaiting(process));
        Assert.False(waits.TryGet(key, out _));
        profiler.Stop();
        Profile profile = profiler.Profile;

        string frame = isMutex ? "[mutex]" : "[rwsem: write]";
        Assert.Equal(2, profile.Count("writer", frame));
        long told = profile.Within("writer", frame);
        Assert.True(isMutex ? told > HourNanoseconds : told <= took, $"{took}: {profile.Text()}");
        profile.AssertComplete();
    }

    // Lets it write while this process has the file's lock, asleep, so that nobody gets it by spinning.
    private static async Task<long> WriteAsync(Process process, string path, HookedProfiler profiler, Func<bool> isWaiting)
    {
        int descriptor = Native.Check(Native.open(path, Native.O_RDWR), "open");
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        using var page = new FaultingPage();
        Task<int> holding = PinnedThread.Run(-1, () => page.Write(descriptor));
        page.AwaitFault();
        Task<long> writing = CompiledProgram.FinishAsync(process);
        await TakenProfile.MeetsAsync(profiler, _ => isWaiting(), "a wait");
        page.Supply();
        await holding;
        return await writing;
    }

    private static bool TryFind(BpfMap<WaitKey, LockWait> waits, Process process, uint kind, out WaitKey key)
    {
        var keys = new WaitKey[MostWaits];
        var values = new LockWait[MostWaits];
        int count = waits.Dump(keys, values);
        int found = Enumerable.Range(0, count).FirstOrDefault(at => keys[at].Tid == process.Id && values[at].Reason == kind, -1);
        key = found < 0 ? default : keys[found];
        return found >= 0;
    }

    private static bool IsWaiting(Process process) => File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/stat")).Contains(") D ", StringComparison.Ordinal);
}
