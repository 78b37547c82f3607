using System.Diagnostics;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>A process that fills the page cache over its cgroup's limit, and the whole document of it.</summary>
public sealed class MemoryReclaimKernelTests : IDisposable
{
    private const string Limit = "16M";

    private static readonly string[] s_fields =
    [
        "observed_timestamp", "context", "cpu", "comm", "pid", "tid", "memory_cgroup_css_addr", "cgroup_path",
        "scope", "reclaim_duration_ns", "reclaimed_pages", "stack",
    ];

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    // In writes of a megabyte, twice the limit; the page cache of a file on a disk is what reclaim frees first.
    private string Fill => $"exec dd if=/dev/zero of='{_file}' bs=1M count=32 status=none";

    [Theory]
    [InlineData(Transport.RingBuffer)]
    [InlineData(Transport.Perf)]
    public async Task Reclaim_for_a_limit_is_told(Transport transport)
    {
        await using var cgroup = new MemoryCgroup();
        cgroup.Limit(Limit);
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new MemoryReclaimTracer(), new MemoryReclaimOptions { Transport = transport, BlockedThreshold = TimeSpan.Zero, MaxEventsPerSecond = 0 });
        var elapsed = Stopwatch.StartNew();

        Process writer = cgroup.Start(Fill);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Pid(candidate) == writer.Id && Comm(candidate) == "dd", "reclaim by dd");
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        await tracer.StopAsync();

        Check(document, writer, cgroup, "memcg", elapsed.Elapsed, "try_to_free_mem_cgroup_pages+0x");
        tracer.Sink.CheckSilent(other => Scope(other) == "global" && Pid(other) == writer.Id);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task Reclaim_for_the_machine_is_told()
    {
        DisposableMachine.Require();
        using var scarce = new ScarceMemory();
        await using var cgroup = new MemoryCgroup();
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new MemoryReclaimTracer(), new MemoryReclaimOptions { BlockedThreshold = TimeSpan.Zero, MaxEventsPerSecond = 0 });
        var elapsed = Stopwatch.StartNew();

        Process hog = MemoryHog.Start(cgroup);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Pid(candidate) == hog.Id && Comm(candidate) == MemoryHog.Comm && Scope(candidate) == "global", "reclaim by the hog");
        await hog.WaitForExitAsync(TestContext.Current.CancellationToken);
        await tracer.StopAsync();

        Check(document, hog, cgroup, "global", elapsed.Elapsed, "try_to_free_pages+0x");
        Balance.Check(tracer);
    }

    [Fact]
    public async Task Reclaim_below_the_threshold_is_filtered()
    {
        await using var cgroup = new MemoryCgroup();
        cgroup.Limit(Limit);
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new MemoryReclaimTracer(), new MemoryReclaimOptions { BlockedThreshold = TimeSpan.FromHours(1) });
        Process writer = cgroup.Start(Fill);
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        await tracer.StopAsync();

        tracer.Sink.CheckSilent();
        Assert.NotEqual(0UL, tracer.Ledger.Kernel.Read().Filtered);
        Balance.Check(tracer);
    }

    private static void Check(JsonElement document, Process who, MemoryCgroup cgroup, string scope, TimeSpan atMost, string way)
    {
        JsonElement data = document.GetProperty("tracer_data");
        Assert.Equal("memory_reclaim", document.GetProperty("tracer_name").GetString());
        Assert.Equal(ExpectedDocument.Names(s_fields, data), data.EnumerateObject().Select(field => field.Name));
        Assert.Equal("task", data.GetProperty("context").GetString());
        Assert.Equal(who.Id, data.GetProperty("tid").GetInt32());
        Assert.InRange(data.GetProperty("cpu").GetInt32(), 0, Environment.ProcessorCount - 1);
        Assert.Equal(cgroup.Path, data.GetProperty("cgroup_path").GetString());
        Assert.Equal(scope, data.GetProperty("scope").GetString());
        Assert.InRange(data.GetProperty("reclaim_duration_ns").GetInt64(), 1, (long)atMost.TotalNanoseconds);
        Assert.InRange(data.GetProperty("reclaimed_pages").GetInt64(), 0, 1 << 20);
        Assert.Contains(way, data.GetProperty("stack").GetString(), StringComparison.Ordinal);
    }

    private static int Pid(JsonElement document) => document.GetProperty("tracer_data").GetProperty("pid").GetInt32();

    private static string? Comm(JsonElement document) => document.GetProperty("tracer_data").GetProperty("comm").GetString();

    private static string? Scope(JsonElement document) => document.GetProperty("tracer_data").GetProperty("scope").GetString();
}
