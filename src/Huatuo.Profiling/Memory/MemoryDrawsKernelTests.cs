using System.Diagnostics;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Memory;

/// <summary>Sums of what is drawn by chance beside those of all, which are known.</summary>
public sealed class MemoryDrawsKernelTests
{
    private const int Runs = 8, Times = 16, Deviations = 6;

    private static readonly string[] s_functions = ["few", "some", "many"];

    // So many runs, small sizes as often as large ones, none of which may be off by more than chance allows in one of a hundred million.
    // An emulated CPU takes minutes for so many.
    [Fact]
    [Trait("kernels", "one")]
    public async Task Sums_and_numbers_are_off_by_no_more_than_chance_in_each_run_and_in_all()
    {
        var random = new Random(4);
        int[] pages = [.. Enumerable.Range(0, 8192).Select(_ => (int)Math.Pow(2, 9 * random.NextDouble()))];
        await using var program = new CompiledProgram("draws", $$"""
            #include <stdio.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            static const unsigned short pages[] = { {{string.Join(',', pages)}} };
            static void next(const char *said) { puts(said); fflush(stdout); if (getchar() < 0) exit(0); }
            static void take(size_t bytes) { munmap(mmap(0, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), bytes); }
            void few(size_t bytes) { take(bytes); }
            void some(size_t bytes) { take(bytes); }
            void many(size_t bytes) { take(bytes); }
            int main(void)
            {
                next("ready");
                for (;;) {
                    for (int i = 0; i < {{Times}} * (sizeof(pages) / sizeof(*pages)); i++) {
                        int count = pages[i % (sizeof(pages) / sizeof(*pages))];
                        (count < 8 ? few : count < 64 ? some : many)(count * {{Environment.SystemPageSize}}ul);
                    }
                    next("done");
                }
            }
            """);
        Process process = await program.StartAsync();
        var target = new ProfileTarget { Tgid = (uint)process.Id };
        Drawn[] drawn = [.. new long[] { 64 << 10, new MemoryOptions().Interval, 4 << 20 }.SelectMany(interval => s_functions.Select((function, index) =>
            new Drawn(function, interval, [.. pages.Where(count => index == (count < 8 ? 0 : count < 64 ? 1 : 2)).Select(count => (long)count * Environment.SystemPageSize)])))];
        long[] intervals = [.. drawn.Select(one => one.Interval).Distinct()];
        for (int run = 0; run < Runs; run++)
        {
            HookedProfiler[] profilers = [.. intervals.Select(interval => MemoryKernelTests.Start(new MemoryOptions { Kind = MemoryKind.Virtual, Interval = interval, MostStacks = 0, Target = target }))];
            try
            {
                await TakenProfile.WhileAsync(profilers, CompiledProgram.NextAsync(process, "done"));
                foreach ((long interval, HookedProfiler profiler) in intervals.Zip(profilers))
                {
                    profiler.Stop();
                    profiler.Profile.AssertComplete();
                    Assert.All(drawn.Where(one => one.Interval == interval), one => one.Add(profiler.Profile));
                }
            }
            finally
            {
                foreach (HookedProfiler profiler in profilers)
                    profiler.Dispose();
            }
        }
        Assert.All(drawn, one => one.AssertSums());
    }

    /// <summary>What one function takes again and again, as one profiler has it.</summary>
    private sealed class Drawn(string function, long interval, long[] sizes)
    {
        private readonly double _bytes = (double)Times * sizes.Sum(), _count = (double)Times * sizes.Length;

        // What is drawn by a chance of size / interval and counts as the interval has a variance of size * (interval - size); its number is rounded by chance.
        private readonly double _bytesVariance = Times * sizes.Where(size => size < interval).Sum(size => (double)size * (interval - size));
        private readonly double _countVariance = Times * sizes.Where(size => size < interval).Sum(size => (double)interval / size - 1 + 0.25);
        private double _allBytes, _allCount;

        internal long Interval => interval;

        internal void Add(Profile profile)
        {
            double bytes = profile.Within(function, "[mmap: anonymous]"), count = profile.Count(function, "[mmap: anonymous]");
            AssertNear(_bytes, bytes, _bytesVariance, "bytes in a run");
            AssertNear(_count, count, _countVariance, "number in a run");
            (_allBytes, _allCount) = (_allBytes + bytes, _allCount + count);
        }

        internal void AssertSums()
        {
            AssertNear(Runs * _bytes, _allBytes, Runs * _bytesVariance, "bytes of all runs");
            AssertNear(Runs * _count, _allCount, Runs * _countVariance, "number of all runs");
        }

        private void AssertNear(double expected, double found, double variance, string what) =>
            Assert.True(Math.Abs(found - expected) <= Deviations * Math.Sqrt(variance), $"{what} of {function} by {interval}: {found} instead of {expected}, {(found - expected) / Math.Sqrt(variance)} deviations");
    }
}
