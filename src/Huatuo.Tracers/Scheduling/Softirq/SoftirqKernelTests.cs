using System.Globalization;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.Softirq;

/// <summary>Softirqs that are served, against the kernel's own count, and some that have to wait.</summary>
public sealed class SoftirqKernelTests
{
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
    public async Task A_softirq_that_a_busy_CPU_does_not_serve_is_late()
    {
        BusyCpu.SkipUnlessPossible();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SoftirqTracer(), new TracerOptions());
        MetricPage begin = tracer.Scrape();
        // The tick raises one or another while the CPU is busy, sooner or later.
        MetricPage end = await tracer.UntilAsync(
            page =>
            {
                if (Late(page) > Late(begin))
                    return true;
                using var busy = new BusyCpu(s_cpu);
                LateArrival.Wait();
                return false;
            },
            "a softirq that waited for 20 ms");
        Assert.True(Longest(end) > Longest(begin), end.Text);
    }

    /// <summary>How many were longer than 20 ms in coming.</summary>
    private static double Late(MetricPage page) => Enumerable.Range(-191, 257)
        .Where(index => ExponentialHistogram.UpperBound(index - 1) >= 0.02)
        .Sum(index => Sum(page, sample => sample.StartsWith($"huatuo_softirq_latency_seconds[{index}]{{", StringComparison.Ordinal)));

    private static double Longest(MetricPage page) => Sum(page, sample => sample.EndsWith(",zone=\">=1ms\"}", StringComparison.Ordinal));

    private static double Sum(MetricPage page, Func<string, bool> samples) =>
        page.Samples.Where(sample => samples(sample.Key)).Sum(sample => sample.Value);

    private static long Served(string vector) => File.ReadLines("/proc/softirqs")
        .Single(line => line.TrimStart().StartsWith(vector + ":", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Sum(count => long.Parse(count, CultureInfo.InvariantCulture));
}
