using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.LockContention;

/// <summary>Threads of one process that map and unmap memory all at once: each changes the map of the process, which one may at a time.</summary>
public sealed class LockContentionKernelTests
{
    private const string Waits = "huatuo_lock_contention_seconds_count{kind=\"rwsem_write\"}";

    [Fact]
    public async Task Waits_for_the_map_of_a_process_are_counted()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new LockContentionTracer(), new LockContentionOptions { Enabled = true });
        MetricPage begin = tracer.Scrape();
        using var stop = new CancellationTokenSource();
        Task[] rivals = [.. Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(i => (Task)PinnedThread.Run(i % Environment.ProcessorCount, () => Map(stop.Token)))];
        try
        {
            await tracer.UntilAsync(page => page[Waits] >= begin[Waits] + 10, "ten waits");
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(rivals);
        }
        MetricPage end = tracer.Scrape();
        Assert.True(end["huatuo_lock_contention_seconds_sum{kind=\"rwsem_write\"}"] > begin["huatuo_lock_contention_seconds_sum{kind=\"rwsem_write\"}"], end.Text);
    }

    private static unsafe int Map(CancellationToken stop)
    {
        const int readWrite = 3, privateAnonymousPopulated = 0x8022, fd = -1;
        int rounds = 0;
        for (; !stop.IsCancellationRequested; rounds++)
        {
            const nuint bytes = 1 << 20;
            void* memory = Native.mmap(null, bytes, readWrite, privateAnonymousPopulated, fd, 0);
            _ = Native.munmap(memory, bytes);
        }
        return rounds;
    }
}
