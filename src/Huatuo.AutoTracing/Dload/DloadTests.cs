using System.Text.Json;
using Huatuo.AutoTracing.Tests;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.Dload;

/// <summary>Tasks that wait uninterruptibly to documents.</summary>
public sealed class DloadTests
{
    private const string Waiting = "[<0>] io_schedule+0x46/0x70\n[<0>] folio_wait_bit_common+0x13d/0x350\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_containers_tasks_give_one_document(bool isV1)
    {
        using ContainerStand tree = Tree(isV1, "8.00");
        tree.Add('a', (isV1 ? "memory/cgroup.procs" : "cgroup.procs", "20\n"));
        for (int tid = 20; tid < 30; tid++)
            Task(tree, 20, tid, 'D', Waiting);
        Task(tree, 30, 30, 'D', "[<0>] rpc_wait_bit_killable+0x1/0x2\n");
        Task(tree, 20, 40, 'R');
        Task(tree, 20, 41, 'S');
        Task(tree, 20, 42, 'T');
        await using var stand = new AutoTraceStand(station => new DloadTracer(station), tree.Services, ["known_issues=nfs=rpc_wait,disk=folio_wait_bit"]);
        for (int look = 0; look < 5; look++)
            stand.Look();
        JsonElement document = await stand.NextAsync();
        Assert.Equal(ContainerStand.Id('a'), document.GetProperty("container_id").GetString());
        JsonElement data = document.GetProperty("tracer_data");
        Assert.Equal((5.0, 1, 1, 1, 10, 10, "nfs"), (
            data.GetProperty("threshold").GetDouble(), data.GetProperty("nr_sleeping").GetInt32(), data.GetProperty("nr_running").GetInt32(), data.GetProperty("nr_stopped").GetInt32(),
            data.GetProperty("nr_uninterruptible").GetInt32(), data.GetProperty("nr_iowait").GetInt32(), data.GetProperty("known_issue").GetString()));
        Assert.InRange(data.GetProperty("dload_avg").GetDouble(), 5, 6);
        Assert.InRange(data.GetProperty("load_avg").GetDouble(), data.GetProperty("dload_avg").GetDouble(), 6.5);
        string stack = data.GetProperty("stack").GetString()!;
        Assert.StartsWith("t pid=20 tid=2", stack, StringComparison.Ordinal);
        Assert.EndsWith("t pid=30 tid=30\n    rpc_wait_bit_killable+0x1", stack, StringComparison.Ordinal);
        stand.Look();
        await stand.EndAsync();
        Assert.Equal(1, stand.Definition.Counts.Captures);
    }

    [Fact]
    public async Task Tasks_in_no_container_are_the_hosts()
    {
        using ContainerStand tree = Tree(isV1: false, "8.00");
        for (int tid = 30; tid < 40; tid++)
            Task(tree, 30, tid, 'D');
        await using var stand = new AutoTraceStand(station => new DloadTracer(station), tree.Services, []);
        for (int look = 0; look < 5; look++)
            stand.Look();
        JsonElement document = await stand.NextAsync();
        Assert.False(document.TryGetProperty("container_id", out _));
        Assert.Equal(10, document.GetProperty("tracer_data").GetProperty("nr_uninterruptible").GetInt32());
    }

    /// <summary>The machine's load says that they have just begun to wait, or that few do.</summary>
    [Theory]
    [InlineData("0.50", 10)]
    [InlineData("8.00", 5)]
    public async Task Few_tasks_or_a_low_load_give_none(string loadavg, int tasks)
    {
        using ContainerStand tree = Tree(isV1: false, loadavg);
        for (int tid = 30; tid < 30 + tasks; tid++)
            Task(tree, 30, tid, 'D');
        await using var stand = new AutoTraceStand(station => new DloadTracer(station), tree.Services, []);
        for (int look = 0; look < 30; look++)
            stand.Look();
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    private static ContainerStand Tree(bool isV1, string load)
    {
        var tree = new ContainerStand(isV1);
        tree.Write("proc/loadavg", $"{load} 1.00 1.00 1/2 3\n");
        return tree;
    }

    private static void Task(ContainerStand tree, int pid, int tid, char state, string stack = "") => tree
        .Write($"proc/{pid}/task/{tid}/stat", $"{tid} (t) {state} 1 1\n")
        .Write($"proc/{pid}/task/{tid}/stack", stack);
}
