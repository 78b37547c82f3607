using System.Diagnostics;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>A memory cgroup at its limit, and a machine without memory, and the whole document of the kill.</summary>
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
        cgroup.Limit($"{Limit}");

        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        Process hog = cgroup.Start("exec tail /dev/zero");
        JsonElement document = await tracer.Sink.WaitAsync(
            found => found.GetProperty("tracer_data").GetProperty("victim").GetProperty("pid").GetInt32() == hog.Id, "the kill");
        DateTimeOffset after = TimeProvider.System.GetUtcNow();

        Check(
            new ExpectedDocument().Envelope(document, "oom", before, after).Is("container_id", Container), document, hog, cgroup,
            "memcg", "mem_cgroup_out_of_memory+", Container, Limit / 2, Limit);
        await tracer.StopAsync();
        Balance.Check(tracer);
    }

    [Fact]
    public async Task A_machine_without_memory_is_told()
    {
        DisposableMachine.Require();
        const int most = 40;
        using var scarce = new ScarceMemory();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new OomTracer(), new OomOptions());
        await using var cgroup = new MemoryCgroup();
        DateTimeOffset before;
        JsonElement document;
        Process hog;
        int hogs = 0;
        // Another may be the first to ask for memory that is not there.
        do
        {
            Assert.True(hogs++ < most, "each time it was another task that asked");
            before = TimeProvider.System.GetUtcNow();
            hog = MemoryHog.Start(cgroup);
            document = await tracer.Sink.WaitAsync(found => Pid(found, "victim") == hog.Id, "the kill");
        }
        while (Pid(document, "trigger") != hog.Id);
        DateTimeOffset after = TimeProvider.System.GetUtcNow();

        Check(new ExpectedDocument().Envelope(document, "oom", before, after), document, hog, cgroup, "global", "out_of_memory+", "", 1 << 24, long.MaxValue);
        await tracer.StopAsync();
        Balance.Check(tracer);
    }

    private static int Pid(JsonElement document, string side) => document.GetProperty("tracer_data").GetProperty(side).GetProperty("pid").GetInt32();

    private static void Check(
        ExpectedDocument expected, JsonElement document, Process hog, MemoryCgroup cgroup, string scope, string way, string container, long least, long limit)
    {
        bool v1 = CgroupMounts.Load().MemoryV1Path is not null;
        expected.Is("tracer_data.scope", scope)
            .Holds("tracer_data.stack", "the way to the OOM killer", stack => stack.Contains(way, StringComparison.Ordinal));
        foreach (string side in (string[])["trigger", "victim"])
        {
            string path = $"tracer_data.{side}.";
            expected.Matches(path + "memory_cgroup_css_addr", "0x[0-9a-f]{16}").Is(path + "pid", hog.Id).Is(path + "comm", scope == "memcg" ? "tail" : MemoryHog.Comm)
                .Is(path + "cgroup.path", cgroup.Path).Is(path + "cgroup.max", limit)
                .Holds(path + "cgroup.current", "the limit, but for what CPUs hold in stock", text => long.Parse(text) is var current && current > least && current <= limit)
                .Matches(path + "cgroup.events.oom_kill", @"\d+").Matches(path + "cgroup.events.max", scope == "memcg" ? @"[1-9]\d*" : "0");
            if (container.Length > 0)
                expected.Is(path + "container_id", container);
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
    }
}
