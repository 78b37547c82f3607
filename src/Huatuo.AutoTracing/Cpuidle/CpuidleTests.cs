using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Options;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>Containers' CPU time to pictures.</summary>
public sealed class CpuidleTests
{
    private const long Second = 1_000_000;

    private static ContainerStand Tree(bool isV1 = false)
    {
        var tree = new ContainerStand(isV1);
        tree.Write("sys/devices/system/cpu/online", "0-3\n");
        return tree;
    }

    private static AutoTraceStand Start(ContainerStand tree, params string[] settings) =>
        new(station => new CpuidleTracer(station), tree.Services, settings);

    private static void Use(ContainerStand tree, char container, double user, double system) =>
        tree.Add(container, ("cpu.stat", $"usage_usec 1\nuser_usec {(long)(user * Second)}\nsystem_usec {(long)(system * Second)}\n"));

    /// <summary>2 of 4 CPUs by quota: 10 s have 20 s of CPU time.</summary>
    [Fact]
    public async Task Usage_is_of_what_may_be_used_and_gives_one_picture()
    {
        using ContainerStand tree = Tree();
        tree.Add('a', ("cpu.max", "200000 100000\n"), ("cpuset.cpus.effective", "0-2\n"));
        await using AutoTraceStand stand = Start(tree);
        foreach ((double user, double system) in ((double, double)[])[(1, 1), (1, 1), (3, 2)])
        {
            Use(tree, 'a', user, system);
            stand.Look();
        }
        Use(tree, 'a', 19, 3);
        stand.Look();
        var document = await stand.NextAsync();
        Assert.Equal(ContainerStand.Id('a'), document.GetProperty("container_id").GetString());
        Assert.StartsWith(
            """{"user_percent":80,"user_percent_threshold":75,"user_percent_delta":70,"user_percent_delta_threshold":45,"system_percent":5,"system_percent_threshold":45,"system_percent_delta":0,"system_percent_delta_threshold":20,"total_percent":85,"total_percent_threshold":90,"total_percent_delta":70,"total_percent_delta_threshold":55,"flamedata":""",
            AutoTraceStand.Data(document), StringComparison.Ordinal);
        Assert.NotEqual(0ul, stand.Flames.Target!.CgroupId);
        Use(tree, 'a', 38, 3);
        stand.Look();
        await stand.EndAsync();
        Assert.Equal(1, stand.Definition.Counts.Triggers);
    }

    [Theory]
    [InlineData("cpuset.cpus.effective", "2\n", true)]
    [InlineData("cpu.max", "max 100000\n", false)]
    public async Task The_least_of_quota_cpuset_and_CPUs_counts(string file, string content, bool isTold)
    {
        using ContainerStand tree = Tree();
        tree.Add('a', (file, content));
        await using AutoTraceStand stand = Start(tree, "excluded=container_qos=^besteffort$");
        foreach (double system in (double[])[0, 0, 0, 6])
        {
            Use(tree, 'a', 0, system);
            stand.Look();
        }
        if (isTold)
            await stand.NextAsync();
        await stand.EndAsync();
        Assert.Equal(isTold ? 1 : 0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task On_v1_too()
    {
        using ContainerStand tree = Tree(isV1: true);
        tree.Add('a', ("cpu/cpu.cfs_quota_us", "100000\n"), ("cpu/cpu.cfs_period_us", "100000\n"));
        await using AutoTraceStand stand = Start(tree);
        foreach (long system in (long[])[0, 0, 0, 6])
        {
            tree.Add('a', ("cpuacct/cpuacct.usage_user", "0\n"), ("cpuacct/cpuacct.usage_sys", $"{system}000000000\n"));
            stand.Look();
        }
        Assert.Equal(60, (await stand.NextAsync()).GetProperty("tracer_data").GetProperty("system_percent").GetInt32());
    }

    [Fact]
    public async Task Of_two_the_picture_is_of_the_worse_one()
    {
        using ContainerStand tree = Tree();
        tree.Add('a').Add('b');
        await using AutoTraceStand stand = Start(tree);
        var picture = new TaskCompletionSource();
        stand.Flames.Ready = picture.Task;
        foreach (double system in (double[])[0, 0, 0, 20])
        {
            Use(tree, 'a', 0, system);
            Use(tree, 'b', 0, system * 1.5);
            stand.Look();
        }
        picture.SetResult();
        Assert.Equal(ContainerStand.Id('b'), (await stand.NextAsync()).GetProperty("container_id").GetString());
        Assert.Equal(1, stand.Ledger.Suppressed(SuppressReason.Busy));
    }

    [Fact]
    public async Task A_container_that_was_restarted_or_is_a_sidecar_gives_none()
    {
        using ContainerStand tree = Tree();
        tree.Add('a').Add('b');
        tree.Services.Containers.Find(ContainerStand.Id('b'))!.Tell(NameSource.Kubelet, new ContainerNames { Type = "sidecar" });
        await using AutoTraceStand stand = Start(tree);
        foreach (double system in (double[])[100, 100, 100, 36])
        {
            Use(tree, 'a', 0, system);
            Use(tree, 'b', 0, 200 - system);
            stand.Look();
        }
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Theory]
    [InlineData("qos=best", "expected FIELD=PATTERN")]
    [InlineData("container_qos=(", "regular expression")]
    public void A_pattern_that_is_none_is_an_error(string text, string message)
    {
        var node = new ConfigScalar(new Position("f", 1, 1), text);
        Assert.False(ContainerPattern.Type.TryParse(node, out _, out string? error));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.True(ContainerPattern.Type.TryParse(new ConfigScalar(new Position("f", 1, 1), "container_qos=^b"), out ContainerPattern? good, out _));
        Assert.True(good.Fits(new ContainerNames { Qos = "burstable" }));
    }
}
