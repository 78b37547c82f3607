using System.Text.Json;
using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.Cpusys;

/// <summary>Readings of <c>/proc/stat</c> to pictures.</summary>
public sealed class CpusysTests : IDisposable
{
    private readonly CollectorStand _tree = new();
    private long _system = 1000, _idle = 1000;

    public void Dispose() => _tree.Dispose();

    private AutoTraceStand Start(params IEnumerable<Rule> rules)
    {
        Write();
        return new AutoTraceStand(station => new CpusysTracer(station), _tree.Services, [], rules);
    }

    private void Write() => _tree.Write("proc/stat", $"cpu  500 0 {_system} {_idle} 0 0 0 0 0 0\ncpu0 1 1 1 1\n");

    private void Look(AutoTraceStand stand, int percent)
    {
        _system += percent;
        _idle += 100 - percent;
        Write();
        stand.Look();
    }

    [Fact]
    public async Task A_jump_gives_one_picture()
    {
        await using AutoTraceStand stand = Start();
        foreach (int percent in (int[])[0, 10, 12])
            Look(stand, percent);
        Look(stand, 60);
        JsonElement document = await stand.NextAsync();
        Assert.Equal(
            $$"""{"system_percent":60,"system_percent_threshold":45,"system_percent_delta":48,"system_percent_delta_threshold":20,{{StubFlames.Json}}}""",
            AutoTraceStand.Data(document));
        Assert.Equal(0ul, stand.Flames.Target!.CgroupId);
        Look(stand, 61);
        await stand.EndAsync();
        Assert.Equal(1, stand.Definition.Counts.Captures);
    }

    [Theory]
    [InlineData(45, 0)]
    [InlineData(60, 40)]
    [InlineData(44, 20)]
    public async Task Neither_the_height_nor_the_rise_alone_gives_one(int percent, int before)
    {
        await using AutoTraceStand stand = Start();
        foreach (int look in (int[])[before, before, percent, percent])
            Look(stand, look);
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task Counters_that_begin_anew_give_none()
    {
        await using AutoTraceStand stand = Start();
        Look(stand, 0);
        Look(stand, 0);
        (_system, _idle) = (0, 0);
        Look(stand, 90);
        Look(stand, 90);
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task A_second_jump_is_left_alone_until_the_cool_down_is_over()
    {
        await using AutoTraceStand stand = Start();
        foreach (int percent in (int[])[0, 0, 60])
            Look(stand, percent);
        await stand.NextAsync();
        Look(stand, 0);
        Look(stand, 70);
        Assert.Equal(1, stand.Ledger.Suppressed(SuppressReason.Cooldown));
        stand.Time.Advance(TimeSpan.FromMinutes(31));
        Look(stand, 0);
        Look(stand, 0);
        Look(stand, 80);
        Assert.Equal(80, (await stand.NextAsync()).GetProperty("tracer_data").GetProperty("system_percent").GetInt32());
        await stand.EndAsync();
        Assert.Equal(3, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public async Task A_rule_ignores_what_it_fits()
    {
        var rule = new Rule("known", "cpusys", true, [], [new FieldCondition("system_percent", FieldOperator.Greater, ["50"])]);
        await using AutoTraceStand stand = Start(rule);
        foreach (int percent in (int[])[0, 0, 60])
            Look(stand, percent);
        await stand.EndAsync();
        Assert.Equal(1, stand.Ledger.Ignored(0));
    }

    [Fact]
    public async Task A_picture_that_fails_is_told_and_counted()
    {
        await using AutoTraceStand stand = Start();
        stand.Flames.Error = "no room";
        foreach (int percent in (int[])[0, 0, 60])
            Look(stand, percent);
        Assert.Equal("no room", (await stand.NextAsync()).GetProperty("tracer_data").GetProperty("capture").GetProperty("error").GetString());
        Assert.Equal(1, stand.Definition.Counts.Failures);
    }

    [Fact]
    public async Task A_fault_in_a_picture_ends_the_run_and_is_counted()
    {
        await using AutoTraceStand stand = Start();
        stand.Flames.Fault = new InvalidOperationException("broken");
        foreach (int percent in (int[])[0, 0, 60])
            Look(stand, percent);
        InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => stand.Running);
        Assert.Equal("the picture of host failed: broken", fault.Message);
        Assert.Equal((1, 1, 1L), (stand.Definition.Counts.Captures, stand.Definition.Counts.Failures, stand.Ledger.DecodeErrors));
    }

    [Fact]
    public async Task A_picture_under_way_at_the_end_is_told()
    {
        await using AutoTraceStand stand = Start();
        var ready = new TaskCompletionSource();
        stand.Flames.Ready = ready.Task;
        foreach (int percent in (int[])[0, 0, 60])
            Look(stand, percent);
        Task<JsonElement> next = stand.NextAsync();
        Task end = Task.Run(async () =>
        {
            await next;
            await stand.EndAsync();
        }, TestContext.Current.CancellationToken);
        ready.SetResult();
        await end;
        Assert.Equal(1, stand.Ledger.Accepted);
    }

    [Fact]
    public async Task Looks_without_its_file_are_counted_and_it_goes_on_when_the_file_is_back()
    {
        await using AutoTraceStand stand = Start();
        File.Delete(Path.Combine(_tree.Root, "proc/stat"));
        stand.Look();
        stand.Look();
        Assert.Equal(2, stand.Definition.Counts.LookFailures);
        foreach (int percent in (int[])[0, 0, 60])
            Look(stand, percent);
        await stand.NextAsync();
        Assert.Equal(2, stand.Definition.Counts.LookFailures);
    }
}
