using System.Diagnostics;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemcgReclaim;

/// <summary>A container that fills the page cache over its limit.</summary>
public sealed class MemcgReclaimKernelTests : IDisposable
{
    private const string Id = "feedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeedfeed";
    private const string Container = $"{{container_id=\"{Id}\"}}";
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Reclaim_for_a_limit_is_counted_for_the_container()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new MemcgReclaimTracer(), new MemcgReclaimOptions());
        MetricPage end;
        await using (var cgroup = new MemoryCgroup("docker-" + Id + ".scope"))
        {
            cgroup.Limit("16M");
            MetricPage begin = tracer.Scrape();
            var elapsed = Stopwatch.StartNew();
            // In writes of a megabyte, twice the limit; the page cache of a file on a disk is what reclaim frees first.
            Process writer = cgroup.Start($"exec dd if=/dev/zero of='{_file}' bs=1M count=32 status=none");
            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            elapsed.Stop();
            end = tracer.Scrape();

            double stalls = end["huatuo_memcg_reclaim_container_stalls_total" + Container];
            double seconds = end["huatuo_memcg_reclaim_container_seconds_total" + Container];
            Assert.True(stalls > 0, end.Text);
            // It is one task, which is stalled once at a time.
            Assert.InRange(seconds, 1e-9, elapsed.Elapsed.TotalSeconds);
            // More than the limit was written, so what is above it had to go.
            Assert.True(end["huatuo_memcg_reclaim_container_reclaimed_bytes_total" + Container] > 0, end.Text);
            Assert.True(end["huatuo_memcg_reclaim_seconds_count"] - begin["huatuo_memcg_reclaim_seconds_count"] >= stalls, end.Text);
            Assert.True(end["huatuo_memcg_reclaim_seconds_sum"] - begin["huatuo_memcg_reclaim_seconds_sum"] >= seconds * 0.999, end.Text);
        }
        Assert.DoesNotContain(Id, tracer.Scrape().Text, StringComparison.Ordinal);
    }
}
