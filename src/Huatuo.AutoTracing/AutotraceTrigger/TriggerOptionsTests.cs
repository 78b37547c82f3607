using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>Triggers as they are written in a configuration.</summary>
public sealed class TriggerOptionsTests
{
    [Theory]
    [InlineData("huatuo_x", "column 9: expected one of > >= < <= == !=, found the end")]
    [InlineData("", "expected a condition of at most 1000 characters")]
    [InlineData("> 5", "column 1: expected a metric, rate(, delta( or sum(, found '> 5'")]
    [InlineData("huatuo_x > x", "column 12: expected a number, found 'x'")]
    [InlineData("huatuo_x > 5 for", "column 17: expected a number, found the end")]
    [InlineData("huatuo_x > 5 for 0 samples", "expected a whole number from 1 to 1000 before 'samples'")]
    [InlineData("huatuo_x > 5 for 3 minutes", "expected 'samples'")]
    [InlineData("huatuo_x > 5 or 3", "expected 'for N samples' or the end")]
    [InlineData("increase(huatuo_x[1m]) > 5", "column 1: there is no function increase; there are rate, delta and sum")]
    [InlineData("rate(huatuo_x) > 5", "column 14: expected '[', found ') > 5'")]
    [InlineData("rate(huatuo_x[1w]) > 5", "expected a time from 1s to 1h, such as 1m, and ']'")]
    [InlineData("rate(huatuo_x[2h]) > 5", "expected a time from 1s to 1h, such as 1m, and ']'")]
    [InlineData("rate(huatuo_x[1m] > 5", "expected ')', found '> 5'")]
    [InlineData("huatuo_x{device} > 5", "expected =, !=, =~ or !~, found '} > 5'")]
    [InlineData("huatuo_x{device=eth0} > 5", "expected a value in quotes, found 'eth0} > 5'")]
    [InlineData("huatuo_x{device=\"eth0} > 5", "expected the other \", found the end")]
    [InlineData("huatuo_x{device=~\"(\"} > 5", "'(' is no regular expression that can be used")]
    public void What_is_no_condition_is_told_with_its_place(string when, string error) => Assert.Contains(error, Errors($"{{name: t, when: {WrittenTriggers.Quoted(when)}}}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("{name: '', when: 'huatuo_netstat_level > 1'}", "test:2:3: name: expected 1 to 64 letters, digits and _ - .")]
    [InlineData("{name: t, when: 'huatuo_netstat_level > 1', capture: [gpu]}", "test:2:3: capture: there is no 'gpu'; there are oncpu, offcpu, memory, io, lock, top_memory")]
    [InlineData("{name: t, when: 'huatuo_netstat_levl > 1'}", "test:2:3: when: huatuo_netstat_levl: unknown metric; did you mean 'huatuo_netstat_level'?")]
    [InlineData("{name: t, when: 'huatuo_softirq_latency_seconds > 1'}", "test:2:3: when: huatuo_softirq_latency_seconds: unknown metric; did you mean 'huatuo_softirq_latency_seconds_sum'?")]
    [InlineData("{name: t, wen: 'huatuo_x > 1'}", "test:2:3: wen: unknown key; did you mean 'when'?")]
    [InlineData("{name: t, when: 'huatuo_netstat_level > 1', duration: 2h}", "test:2:3: duration: expected a duration from 100ms to 1h")]
    public void What_is_no_trigger_is_told_with_its_line(string trigger, string error) => Assert.Contains(error, Errors(trigger), StringComparison.Ordinal);

    [Theory]
    [InlineData("huatuo_sink_failing")]
    [InlineData("huatuo_spool_bytes")]
    [InlineData("huatuo_containers_watched")]
    [InlineData("process_open_fds")]
    [InlineData("dotnet_gc_heap_bytes")]
    public void Metrics_of_the_agent_itself_can_be_asked_for(string metric)
    {
        var diagnostics = new Diagnostics();
        AutotraceTriggerOptions.Keys.Bind(new ConfigMapping(default, [WrittenTriggers.Of($"{{name: t, when: {WrittenTriggers.Quoted(metric + " > 1")}}}")]), diagnostics);
        Assert.Empty(diagnostics.Errors);
    }

    [Fact]
    public void Two_of_one_name_are_an_error() => Assert.Contains("name: there are two triggers 't'", Errors("{name: t, when: 'huatuo_netstat_level > 1'}", "{name: t, when: 'huatuo_netstat_level > 2'}"), StringComparison.Ordinal);

    [Fact]
    public void What_is_shown_is_what_was_written()
    {
        var diagnostics = new Diagnostics();
        var options = (AutotraceTriggerOptions)AutotraceTriggerOptions.Keys.Bind(new ConfigMapping(default, [WrittenTriggers.Of("{name: t, when: 'huatuo_netstat_level{a=\"b\"} > 1', capture: [offcpu, lock], cool_down: 5m}")]), diagnostics);
        Assert.Empty(diagnostics.Errors);
        string shown = AutotraceTriggerOptions.Keys.Effective(options, null).Single(option => option.Path.EndsWith("triggers", StringComparison.Ordinal)).Value;
        Assert.Equal("""[{name: t, when: "huatuo_netstat_level{a=\"b\"} > 1", capture: [offcpu, lock], cool_down: 5m, duration: 10s, enabled: true}]""", shown);
    }

    private static string Errors(params string[] triggers)
    {
        var diagnostics = new Diagnostics();
        AutotraceTriggerOptions.Keys.Bind(new ConfigMapping(default, [WrittenTriggers.Of(triggers)]), diagnostics);
        return Assert.Single(diagnostics.Errors).ToString();
    }
}
