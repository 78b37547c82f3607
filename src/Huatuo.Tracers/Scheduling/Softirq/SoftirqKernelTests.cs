using System.Globalization;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.Softirq;

/// <summary>Softirqs that are served, against the kernel's own count, and some that have to wait.</summary>
public sealed class SoftirqKernelTests
{
    private const string Longest = "huatuo_softirq_zone_total{vector=\"NET_RX\",zone=\">=1ms\"}";
    private static readonly int s_cpu = Environment.ProcessorCount - 1;

    [Theory]
    [InlineData("NET_RX")]
    [InlineData("TIMER")]
    public async Task Every_softirq_is_counted_that_the_kernel_counts(string vector)
    {
        string served = $"huatuo_softirq_handler_seconds_count{{vector=\"{vector}\"}}", waited = $"huatuo_softirq_latency_seconds_count{{vector=\"{vector}\"}}";
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SoftirqTracer(), new TracerOptions());
        Provoke.Udp("127.0.0.1", 9, 100);

        // Each reading lies between two of the kernel's.
        long first = Served(vector);
        MetricPage begin = tracer.Scrape();
        long second = Served(vector);
        await tracer.UntilAsync(
            page =>
            {
                Provoke.Udp("127.0.0.1", 9, 100);
                return page[served] > begin[served] + 50;
            },
            "softirqs that were served");
        long third = Served(vector);
        MetricPage end = tracer.Scrape();
        long fourth = Served(vector);

        // A CPU may be within a handler.
        int slack = Environment.ProcessorCount;
        Assert.InRange(end[served] - begin[served], third - second - slack, fourth - first + slack);
        Assert.InRange(end[waited] - begin[waited], (third - second) * 0.9 - slack, fourth - first + slack);
        Assert.Equal(end[waited], end.Samples.Where(sample => sample.Key.StartsWith($"huatuo_softirq_zone_total{{vector=\"{vector}\"", StringComparison.Ordinal)).Sum(sample => sample.Value), (double)slack);
        Assert.True(end[$"huatuo_softirq_handler_seconds_sum{{vector=\"{vector}\"}}"] > begin[$"huatuo_softirq_handler_seconds_sum{{vector=\"{vector}\"}}"]);
    }

    [Fact]
    public async Task A_softirq_is_late_when_interrupts_are_off_after_its_raise()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SoftirqTracer(), new TracerOptions());
        MetricPage begin = tracer.Scrape(), end = begin;
        // A thread that is kept from its CPU raises it when the time is nearly over.
        for (int attempts = 0; Late(end) == Late(begin) && attempts < 20; attempts++)
        {
            ulong rounds = await SpinningCpu.AfterRaise(s_cpu, LateArrival.Threshold * 1.5, () => Provoke.Udp("127.0.0.1", 9));
            Assert.True(rounds > 0, "nothing was held up");
            end = tracer.Scrape();
        }
        Assert.True(Late(end) > Late(begin), end.Text);
        Assert.True(end[Longest] > begin[Longest], end.Text);
    }

    /// <summary>How many were longer than the threshold in coming.</summary>
    private static double Late(MetricPage page) => Enumerable.Range(-191, 257)
        .Where(index => ExponentialHistogram.UpperBound(index - 1) >= LateArrival.Threshold.TotalSeconds)
        .Sum(index => Sum(page, sample => sample.StartsWith($"huatuo_softirq_latency_seconds[{index}]{{vector=\"NET_RX\"", StringComparison.Ordinal)));

    private static double Sum(MetricPage page, Func<string, bool> samples) =>
        page.Samples.Where(sample => samples(sample.Key)).Sum(sample => sample.Value);

    private static long Served(string vector) => File.ReadLines("/proc/softirqs")
        .Single(line => line.TrimStart().StartsWith(vector + ":", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Sum(count => long.Parse(count, CultureInfo.InvariantCulture));
}
