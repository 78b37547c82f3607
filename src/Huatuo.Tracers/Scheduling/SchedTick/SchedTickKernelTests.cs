using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Clock;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>Interrupts that are off for longer than they should be, and the whole document of it.</summary>
public sealed class SchedTickKernelTests
{
    private static readonly string[] s_fields =
    [
        "observed_timestamp", "context", "cpu", "comm", "pid", "tid", "memory_cgroup_css_addr", "cgroup_path",
        "net_namespace_cookie", "net_namespace_inum", "tick_interval_ns", "tick_interval_threshold_ns", "steal_ns", "stack",
    ];

    private static readonly int s_cpu = Environment.ProcessorCount - 1;

    [Theory]
    [InlineData(Transport.RingBuffer)]
    [InlineData(Transport.Perf)]
    public async Task A_thread_that_has_interrupts_off_is_told_with_its_stack(Transport transport)
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SchedTickTracer(), new SchedTickOptions { Transport = transport });
        using var seen = new CancellationTokenSource();

        // Another interrupt may be handled first, and the tick interrupt what follows that.
        Task<(int Tid, TimeSpan Longest)> provoker = SpinningCpu.InterruptsOff(s_cpu, TimeSpan.FromMilliseconds(30), () => !seen.IsCancellationRequested);
        JsonElement document = await tracer.Sink.WaitAsync(
            candidate => Text(Data(candidate), "context") == "task" && Text(Data(candidate), "comm") == "provoker" && Text(Data(candidate), "stack").Contains("pipe_write+0x", StringComparison.Ordinal),
            "a tick after interrupts were off");
        await seen.CancelAsync();
        (int tid, TimeSpan longest) = await provoker;
        await tracer.StopAsync();

        JsonElement data = Data(document);
        Assert.Equal("sched_tick", Text(document, "tracer_name"));
        Assert.Equal(ExpectedDocument.Names(s_fields, data).Where(field => field != "steal_ns" || data.TryGetProperty(field, out _)), data.EnumerateObject().Select(field => field.Name));
        Assert.Equal(Environment.ProcessId, data.GetProperty("pid").GetInt32());
        Assert.Equal(tid, data.GetProperty("tid").GetInt32());
        Assert.Equal(s_cpu, data.GetProperty("cpu").GetInt32());
        long threshold = data.GetProperty("tick_interval_threshold_ns").GetInt64();
        Assert.Equal(Math.Max(10_000_000, SchedulerTick.PeriodNanoseconds() * 3 / 2), threshold);
        // Late by no more than it took the thread.
        Assert.InRange(data.GetProperty("tick_interval_ns").GetInt64(), threshold + 1, longest.Ticks * 100 + SchedulerTick.PeriodNanoseconds());
        tracer.Sink.CheckSilent(other => IsIdle(Data(other)));
        Balance.Check(tracer);
    }

    [Fact]
    public async Task A_CPU_reports_ten_times_in_a_second_at_most()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SchedTickTracer(), new SchedTickOptions());
        const int enough = 200;
        int times = 0;
        await SpinningCpu.InterruptsOff(s_cpu, TimeSpan.FromMilliseconds(12), () => ++times < enough && tracer.Ledger.Kernel.Read().RateLimited == 0);
        await tracer.StopAsync();
        int most = tracer.Sink.Documents.Select(Data)
            .GroupBy(data => (data.GetProperty("cpu").GetInt32(), Text(data, "observed_timestamp")[..19]))
            .Max(second => second.Count());
        // The kernel's seconds begin elsewhere than those of the clock.
        Assert.InRange(most, 1, 20);
        Balance.Check(tracer);
    }

    private static JsonElement Data(JsonElement document) => document.GetProperty("tracer_data");

    private static string Text(JsonElement element, string field) => element.TryGetProperty(field, out JsonElement value) ? value.GetString()! : "";

    private static bool IsIdle(JsonElement data) => Text(data, "context") == "task" && data.GetProperty("tid").GetInt32() == 0;
}
