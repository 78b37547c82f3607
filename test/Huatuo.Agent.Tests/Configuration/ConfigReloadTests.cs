using Huatuo.Agent.Runtime;
using Huatuo.Flow;
using Huatuo.Flow.Metrics;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary>What is told of a configuration that is wrong, and no longer when one that is right holds.</summary>
public sealed class ConfigReloadTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-reload-").FullName;
    private readonly StringWriter _log = new();
    private readonly ConfigReload _reload;
    private string _yaml = "";
    private bool _refuses;

    public ConfigReloadTests()
    {
        _reload = new ConfigReload(
            Sample.Good($"data_dir: {_folder}"),
            (kept, diagnostics) => Sample.Config($"data_dir: {_folder}\n{_yaml}", diagnostics, [.. kept.Select(option => $"{option.Path}={option.Text}")]),
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
        await _reload.ReloadAsync();
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
        Assert.Equal("rules: too many", await ChangeAsync("dropwatch.share", "0.1"));
        Assert.Equal("applied 0, wrong 1, failed 0; wrong now 1", Told());
    }

    private Task<string?> ChangeAsync(string key, string value) => _reload.ChangeAsync(new Dictionary<string, string?> { [key] = value });

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
