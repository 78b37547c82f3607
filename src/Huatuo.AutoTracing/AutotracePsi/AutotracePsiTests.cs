using System.Text.Json;
using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Ledger;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>Readings of <c>/proc/pressure</c> to pictures.</summary>
public sealed class AutotracePsiTests : IDisposable
{
    private const long PercentOfLook = 100_000;
    private readonly CollectorStand _tree = new();
    private Action<string>? _tell;
    private readonly Dictionary<string, long> _totals = new() { ["cpu"] = 1000, ["memory"] = 0, ["io"] = 0 };

    public void Dispose() => _tree.Dispose();

    private AutoTraceStand Start()
    {
        Write();
        return new AutoTraceStand(
            station => new AutotracePsiTracer(station, (_, levels, told) =>
            {
                Assert.Equal([("cpu", 80), ("memory", 20), ("io", 50)], levels);
                _tell = told;
                return new Listening(() => _tell = null);
            }, (_, _, _) => throw new InvalidOperationException("containers are not asked for")),
            _tree.Services, []);
    }

    private void Write()
    {
        foreach ((string resource, long total) in _totals)
            _tree.Write("proc/pressure/" + resource, $"some avg10=0.00 avg60=0.00 avg300=0.00 total={total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    }

    private void Look(AutoTraceStand stand, string resource, int percent)
    {
        _totals[resource] += percent * PercentOfLook;
        Write();
        stand.Look();
    }

    [Fact]
    public async Task A_jump_of_a_resource_gives_one_picture()
    {
        _tree.Write("proc/7/task/7/stat", "7 (t) D 1\n").Write("proc/7/task/7/stack", "[<0>] io_schedule+0x46/0x70\n").Write("proc/7/statm", "9 2 1\n").Write("proc/7/comm", "t\n");
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 8; look++)
            Look(stand, "io", 2);
        Look(stand, "io", 40);
        Assert.Equal(
            $$"""{"resource":"io","reason":"jump","pressure_percent":40,"pressure_percent_usual":2,"pressure_percent_level":50,"stack":"t pid=7 tid=7\n    io_schedule+0x46","top_memory_usage":[{"PID":7,"ProcessName":"t","MemSize":{{2 * Environment.SystemPageSize}}}],{{StubFlames.Json}}}""",
            AutoTraceStand.Data(await stand.NextAsync()));
        Look(stand, "io", 40);
        await stand.EndAsync();
        Assert.Equal(1, stand.Ledger.Suppressed(SuppressReason.Cooldown));
    }

    [Fact]
    public async Task A_moment_between_two_looks_that_the_kernel_tells_of_gives_one_picture()
    {
        await using (AutoTraceStand stand = Start())
        {
            for (int look = 0; look < 7; look++)
            {
                Assert.Equal(0, stand.Definition.Counts.Triggers);
                // With too little to compare with it is not known whether that is usual.
                if (look < 5)
                    _tell!("io");
                Look(stand, "io", 3);
            }
            _tell!("io");
            Assert.StartsWith(
                """{"resource":"io","reason":"moment","pressure_percent":50,"pressure_percent_usual":3,"pressure_percent_level":50,""",
                AutoTraceStand.Data(await stand.NextAsync()), StringComparison.Ordinal);
            _tell("io");
            await stand.EndAsync();
            Assert.Equal(1, stand.Ledger.Suppressed(SuppressReason.Cooldown));
        }
        Assert.Null(_tell);
    }

    [Fact]
    public async Task A_moment_on_a_machine_that_is_always_so_gives_none()
    {
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 10; look++)
        {
            Look(stand, "memory", 19);
            _tell!("memory");
        }
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task A_machine_under_pressure_from_the_start_gives_one_picture()
    {
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 100; look++)
            Look(stand, "memory", 30);
        JsonElement data = (await stand.NextAsync()).GetProperty("tracer_data");
        Assert.Equal(("memory", "level"), (data.GetProperty("resource").GetString(), data.GetProperty("reason").GetString()));
        await stand.EndAsync();
        Assert.Equal(1, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task A_resource_that_comes_to_stay_above_its_level_during_anothers_picture_has_its_own_after_it()
    {
        await using AutoTraceStand stand = Start();
        void LookAtBoth()
        {
            _totals["cpu"] += 90 * PercentOfLook;
            Look(stand, "memory", 30);
        }
        for (int look = 0; stand.Definition.Counts.Triggers == 0 && look < 10; look++)
            LookAtBoth();
        Assert.Equal("memory", (await stand.NextAsync()).GetProperty("tracer_data").GetProperty("resource").GetString());
        while (stand.Definition.Counts.Triggers == 1 + stand.Ledger.Suppressed(SuppressReason.Busy))
        {
            LookAtBoth();
            await Task.Yield();
        }
        Assert.Equal("cpu", (await stand.NextAsync()).GetProperty("tracer_data").GetProperty("resource").GetString());
        await stand.EndAsync();
        Assert.InRange(stand.Ledger.Suppressed(SuppressReason.Busy), 1, int.MaxValue);
    }

    [Fact]
    public async Task Totals_that_begin_anew_or_are_none_give_no_picture()
    {
        await using AutoTraceStand stand = Start();
        for (int look = 0; look < 8; look++)
            Look(stand, "cpu", 10);
        _totals["cpu"] = 0;
        Look(stand, "cpu", 0);
        _tree.Write("proc/pressure/cpu", "some avg10=0.00\n");
        stand.Look();
        File.Delete(Path.Combine(_tree.Root, "proc/pressure/cpu"));
        stand.Look();
        await stand.EndAsync();
        Assert.Equal((0, 1), (stand.Definition.Counts.Triggers, _tree.Services.Skipped.Count));
    }

    private sealed class Listening(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
