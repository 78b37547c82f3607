using System.Diagnostics;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>A memory cgroup at its limit, and the whole document of the kill.</summary>
public sealed class OomKernelTests
{
    private const long Limit = 32 << 20;
    private const string Container = "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e";

    [Theory]
    [InlineData("tp_btf/mark_victim", Transport.RingBuffer)]
    [InlineData("tp_btf/mark_victim", Transport.Perf)]
    [InlineData("tp/oom/mark_victim", Transport.RingBuffer)]
    public async Task A_container_at_its_limit_is_told(string hook, Transport transport)
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new OomTracer(), new OomOptions { Hook = hook, Transport = transport });
        await using var cgroup = new MemoryCgroup(Container);
        bool v1 = CgroupMounts.Load().MemoryV1Path is not null;
        cgroup.Limit($"{Limit}");

        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        Process hog = cgroup.Start("exec tail /dev/zero");
        JsonElement document = await tracer.Sink.WaitAsync(
            found => found.GetProperty("tracer_data").GetProperty("victim").GetProperty("pid").GetInt32() == hog.Id, "the kill");
        DateTimeOffset after = TimeProvider.System.GetUtcNow();

        var expected = new ExpectedDocument().Envelope(document, "oom", before, after)
            .Is("container_id", Container)
            .Is("tracer_data.scope", "memcg")
            .Holds("tracer_data.stack", "the way to the OOM killer", stack => stack.Contains("mem_cgroup_out_of_memory+", StringComparison.Ordinal));
        foreach (string side in (string[])["trigger", "victim"])
        {
            string path = $"tracer_data.{side}.";
            expected.Matches(path + "memory_cgroup_css_addr", "0x[0-9a-f]{16}").Is(path + "container_id", Container).Is(path + "pid", hog.Id).Is(path + "comm", "tail")
                .Is(path + "cgroup.path", cgroup.Path).Is(path + "cgroup.max", Limit)
                .Holds(path + "cgroup.current", "the limit, but for what CPUs hold in stock", text => long.Parse(text) is > Limit / 2 and <= Limit)
                .Matches(path + "cgroup.events.oom_kill", @"\d+").Matches(path + "cgroup.events.max", @"[1-9]\d*");
            foreach (string field in (string[])["anon", "file", "shmem", "file_mapped", "file_dirty", "file_writeback", "inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable"])
                expected.Matches(path + "cgroup.stat." + field, @"\d+");
            if (!v1)
                foreach (string field in (string[])["events.low", "events.high", "events.oom", "stat.kernel_stack", "stat.pagetables", "stat.sock", "stat.slab"])
                    if (field != "stat.pagetables" || cgroup.TellsPageTables)
                        expected.Matches(path + "cgroup." + field, @"\d+");
        }
        foreach (string field in (string[])[
            "MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapCached", "Active(anon)", "Inactive(anon)", "Active(file)",
            "Inactive(file)", "Unevictable", "Slab", "SReclaimable", "SUnreclaim", "SwapTotal", "SwapFree", "CommitLimit", "Committed_AS"])
            expected.Matches("tracer_data.memory_snapshot.host_meminfo." + field, @"\d+");
        expected.Check(document);
        await tracer.StopAsync();
        Balance.Check(tracer);
    }
}
