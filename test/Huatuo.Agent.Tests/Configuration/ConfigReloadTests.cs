using Huatuo.Agent.Runtime;
using Huatuo.Flow;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Http.Api;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary>What is told of a configuration that is wrong, and no longer when one that is right holds.</summary>
public sealed class ConfigReloadTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-reload-").FullName;
    private readonly StringWriter _log = new();
    private readonly ConfigReload _reload;
    private string _yaml = "";
    private Override[] _commandLine = [];
    private bool _refuses;

    public ConfigReloadTests()
    {
        _reload = new ConfigReload(
            Sample.Good($"data_dir: {_folder}"),
            (kept, diagnostics) => Sample.Config($"data_dir: {_folder}\n{_yaml}", diagnostics, [.. kept, .. _commandLine]),
            (_, _) => Task.CompletedTask,
            _ => _refuses ? throw new ArgumentException("too many") : () => { },
            _ => { },
            () => _yaml,
            new AgentLog(_log, false));
        _reload.Begin([]);
    }

    public async ValueTask DisposeAsync()
    {
        await _reload.DisposeAsync();
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_change_of_options_that_holds_ends_what_was_wrong()
    {
        _yaml = "tracers: {dropwatch: {ports: [x]}}";
        await _reload.ReloadAsync("SIGHUP");
        Assert.Equal("applied 0, wrong 1, failed 0; wrong now 1", Told());
        Assert.NotNull(await ChangeAsync("dropwatch.share", "0.1"));
        Assert.Equal("applied 0, wrong 1, failed 0; wrong now 1", Told());
        _yaml = "tracers: {dropwatch: {ports: [80]}}";
        Assert.Null(await ChangeAsync("dropwatch.share", "0.1"));
        Assert.Equal("applied 1, wrong 1, failed 0; wrong now 0", Told());
    }

    [Fact]
    public async Task A_change_that_is_wrong_itself_leaves_what_holds_right()
    {
        Assert.NotNull(await ChangeAsync("dropwatch.share", "much"));
        Assert.Equal("applied 0, wrong 0, failed 0; wrong now 0", Told());
    }

    [Fact]
    public async Task What_a_change_finds_wrong_in_the_file_is_told()
    {
        _yaml = "rules: [{name: r, tracer: dropwatch, when: [{field: port, is: 1}]}]";
        _refuses = true;
        Assert.Equal(new OptionRefusal("rules: too many"), await ChangeAsync("dropwatch.share", "0.1"));
        Assert.Equal("applied 0, wrong 1, failed 0; wrong now 1", Told());
    }

    [Fact]
    public async Task What_the_command_line_sets_is_not_changed()
    {
        _commandLine = [new Override("tracers.dropwatch.share", "0.2"), new Override("tracers.oom_kills.enabled", "false", "--disable")];
        Assert.Equal(
            new OptionRefusal("tracers.dropwatch.share is set by --set on the command line; nothing has changed", "start the agent without it to change the key here", OptionRefusalKind.Conflict),
            await _reload.ChangeAsync("me", [new OptionChange("tracers.dropwatch.note", "a"), new OptionChange("tracers.dropwatch.share", "0.1")]));
        Assert.StartsWith("tracers.oom.enabled is set by --disable on", (await ChangeAsync("oom.enabled", "true"))?.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Equal("applied 0, wrong 0, failed 0; wrong now 0", Told());
        Assert.Null(await ChangeAsync("dropwatch.note", "a"));
        // To keep nothing is always done, also where nothing of it held.
        Assert.Null(await ChangeAsync("dropwatch.share", null));
    }

    [Fact]
    public async Task Before_the_tracers_have_started_a_change_is_no_error_of_who_asks()
    {
        await using var starting = new ConfigReload(Sample.Good($"data_dir: {_folder}"), (_, _) => throw new InvalidOperationException(), (_, _) => Task.CompletedTask, _ => () => { }, _ => { }, () => null, new AgentLog(_log, false));
        Assert.Equal(new OptionRefusal("the tracers are still starting", "try again", OptionRefusalKind.Conflict), await starting.ChangeAsync("me", [new OptionChange("tracers.dropwatch.note", "a")]));
    }

    [Fact]
    public async Task Each_key_that_holds_now_is_told_with_both_values_and_who_changed_it()
    {
        _yaml = "region: east\napi: {max_streams: 3}\ntracers: {dropwatch: {ports: [80]}}\nstore: {elasticsearch: {addresses: ['http://me:secret@a:1']}}\nrules: [{name: r, tracer: dropwatch, when: [{field: port, is: 1}]}]";
        await _reload.ReloadAsync("SIGHUP");
        Assert.Null(await ChangeAsync("dropwatch.ports", "443"));
        await _reload.ReloadAsync("SIGHUP");
        Assert.Equal(
            [
                "SIGHUP changed store.elasticsearch.addresses from [http://127.0.0.1:9200] to (hidden)",
                "SIGHUP changed api.max_streams from 16 to 3",
                "SIGHUP changed tracers.dropwatch.ports from [] to [80]",
                "SIGHUP changed rules.r from none to r|dropwatch|on|port Is 1",
                "me changed tracers.dropwatch.ports from [80] to [443]",
            ],
            _log.ToString().Split('\n').Where(line => line.Contains(" audit: ", StringComparison.Ordinal)).Select(line => line.Split(" audit: ")[1]));
        Assert.DoesNotContain("secret", _log.ToString(), StringComparison.Ordinal);
    }

    private Task<OptionRefusal?> ChangeAsync(string key, string? value) => _reload.ChangeAsync("me", [new OptionChange($"tracers.{key}", value)]);

    private string Told()
    {
        var values = new Values();
        _reload.Metrics.Write(values);
        return $"applied {values.All[0]}, wrong {values.All[1]}, failed {values.All[2]}; wrong now {values.All[3]}";
    }

    private sealed class Values : MetricWriter
    {
        internal List<double> All { get; } = [];

        public override void Family(string name, MetricKind kind, string help)
        {
        }

        public override void Sample(double value, params ReadOnlySpan<Label> labels) => All.Add(value);
    }
}
