using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>A task that waits for a file system that never answers, and the whole document of it.</summary>
public sealed class HungtaskKernelTests
{
    private static readonly string[] s_fields =
    [
        "observed_timestamp", "context", "cpu", "comm", "pid", "tid", "memory_cgroup_css_addr", "cgroup_path",
        "net_namespace_cookie", "net_namespace_inum", "hung_task_timeout_secs", "stack", "cpus_stack", "blocked_processes_stack",
    ];

    [Theory]
    [InlineData(Transport.RingBuffer)]
    [InlineData(Transport.Perf)]
    public async Task A_task_that_hangs_is_told_in_every_round(Transport transport)
    {
        await using var cgroup = new MemoryCgroup();
        using var silent = new SilentFileSystem();
        // The detector prints a warning for each hung task and counts down how many more it prints.
        using var warnings = new KernelSetting("kernel/hung_task_warnings", "0");
        using var timeout = new KernelSetting("kernel/hung_task_timeout_secs", "1");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new HungtaskTracer(), new HungtaskOptions { Transport = transport, Backoff = TimeSpan.Zero });

        Process victim = cgroup.Start($"exec stat '{silent.Path}/x'");
        await silent.AskedAsync();
        // Who waits for an answer is woken by nothing but it once a signal has come.
        victim.Kill();
        var rounds = new List<JsonElement>();
        await tracer.Sink.WaitAsync(candidate =>
        {
            if (Data(candidate).GetProperty("pid").GetInt32() == victim.Id)
                rounds.Add(candidate);
            return rounds.Count == 2;
        }, "two rounds of the hung task");
        silent.Abort();
        await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
        await tracer.StopAsync();
        JsonElement document = rounds[0];

        JsonElement data = Data(document);
        Assert.Equal("hungtask", document.GetProperty("tracer_name").GetString());
        Assert.Equal(ExpectedDocument.Names(s_fields, data), data.EnumerateObject().Select(field => field.Name));
        Assert.Equal("task", data.GetProperty("context").GetString());
        Assert.Equal("stat", data.GetProperty("comm").GetString());
        Assert.Equal(victim.Id, data.GetProperty("tid").GetInt32());
        Assert.InRange(data.GetProperty("cpu").GetInt32(), 0, Environment.ProcessorCount - 1);
        Assert.Equal(cgroup.Path, data.GetProperty("cgroup_path").GetString());
        Assert.Equal(NetworkInode(), data.GetProperty("net_namespace_inum").GetInt64());
        Assert.Equal(1, data.GetProperty("hung_task_timeout_secs").GetInt64());
        Assert.Contains("request_wait_answer+0x", data.GetProperty("stack").GetString(), StringComparison.Ordinal);
        RunningCpus.CheckAll(data.GetProperty("cpus_stack").GetString()!);
        string[] blocked = data.GetProperty("blocked_processes_stack").GetString()!.Split('\n');
        int at = Array.IndexOf(blocked, $"stat pid={victim.Id} tid={victim.Id}");
        Assert.NotEqual(-1, at);
        Assert.Contains(blocked.Skip(at + 1).TakeWhile(line => line.StartsWith(' ')), line => line.StartsWith("    request_wait_answer+0x", StringComparison.Ordinal));
        Balance.Check(tracer);
    }

    private static JsonElement Data(JsonElement document) => document.GetProperty("tracer_data");

    private static long NetworkInode()
    {
        string link = new FileInfo("/proc/self/ns/net").LinkTarget!;
        return long.Parse(link.AsSpan(link.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), CultureInfo.InvariantCulture);
    }
}
