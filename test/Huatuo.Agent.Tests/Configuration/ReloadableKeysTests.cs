using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow;
using Huatuo.Flow.Options;
using Huatuo.Http.Api;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary>What holds when the configuration is read again.</summary>
public sealed class ReloadableKeysTests : IDisposable
{
    private readonly StringWriter _log = new();
    private readonly List<int> _rules = [];
    private readonly List<StoreOptions> _stores = [];
    private string _yaml = "";
    private bool _refuses;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Keys_that_wait_for_a_restart_are_named_until_they_are_as_they_were()
    {
        await using ConfigReload reload = Begun();
        _yaml = "region: east\nprofiling: {window: 20s}\ntracers: {dropwatch: {ports: [80]}}\n";
        ReloadOutcome outcome = await reload.ReloadAsync("SIGHUP");
        Assert.Equal(["tracers.dropwatch.ports"], outcome.Applied);
        Assert.Equal(["region", "profiling.window"], outcome.Restart);
        Assert.Empty(outcome.Errors);
        Assert.Equal(("\"\"", "10s", "[80]"), (Value(reload, "region"), Value(reload, "profiling.window"), Value(reload, "tracers.dropwatch.ports")));
        Assert.Contains("profiling.window has changed; it holds when the agent is started again", _log.ToString(), StringComparison.Ordinal);
        Assert.Equal(["region", "profiling.window"], reload.AwaitsRestart);
        _yaml = "tracers: {dropwatch: {ports: [80]}}\n";
        outcome = await reload.ReloadAsync("SIGHUP");
        Assert.Empty(outcome.Applied);
        Assert.Empty(outcome.Restart);
        Assert.Empty(reload.AwaitsRestart);
    }

    [Fact]
    public async Task Rules_are_taken_only_when_they_have_changed_and_can_hold()
    {
        await using ConfigReload reload = Begun();
        const string rule = "rules: [{name: r, tracer: dropwatch, when: [{field: port, is: 1}]}]\n";
        int shipped = reload.Rules.Count;
        _yaml = rule;
        Assert.Equal(["rules"], (await reload.ReloadAsync("SIGHUP")).Applied);
        Assert.Empty((await reload.ReloadAsync("SIGHUP")).Applied);
        Assert.Equal([shipped + 1], _rules);
        _yaml = "region: odd\nrules: []\n";
        _rules.Clear();
        _refuses = true;
        ReloadOutcome outcome = await reload.ReloadAsync("SIGHUP");
        Assert.Equal(["rules: too many"], outcome.Errors);
        Assert.Equal(shipped + 1, reload.Rules.Count);
        Assert.Empty(reload.AwaitsRestart);
    }

    [Fact]
    public async Task Stores_are_told_once_of_all_their_keys_and_of_no_others()
    {
        await using ConfigReload reload = Begun();
        _yaml = "api: {max_streams: 3}\nmetrics: {upstream_names: true}\n";
        Assert.Equal(["metrics.upstream_names", "api.max_streams"], (await reload.ReloadAsync("SIGHUP")).Applied);
        Assert.Equal((3, true), (reload.Options.Api.MaxStreams, reload.Options.Metrics.UpstreamNames));
        Assert.Empty(_stores);
        _yaml = "store: {sqlite: {max_age: 24h, queue_bytes: 1MiB}, local: {rotate_size: 1MiB}, elasticsearch: {addresses: [http://a:1]}}\n";
        ReloadOutcome outcome = await reload.ReloadAsync("SIGHUP");
        Assert.Equal(["store.local.rotate_size", "store.sqlite.max_age", "store.elasticsearch.addresses", "metrics.upstream_names", "api.max_streams"], outcome.Applied);
        Assert.Equal(["store.sqlite.queue_bytes"], outcome.Restart);
        StoreOptions told = Assert.Single(_stores);
        Assert.Equal((TimeSpan.FromDays(1), 1 << 20, "http://a:1"), (told.Sqlite.MaxAge, told.Local.RotateSize.Bytes, Assert.Single(told.Elasticsearch.Addresses)));
        Assert.Equal(("24h", "8MiB"), (Value(reload, "store.sqlite.max_age"), Value(reload, "store.sqlite.queue_bytes")));
        await reload.ReloadAsync("SIGHUP");
        Assert.Single(_stores);
    }

    [Fact]
    public void All_keys_of_tracers_hold_at_once_and_of_others_those_of_bounds_and_servers()
    {
        const string server = "username password_file bearer_token_file ca_file compress batch_bytes batch_events batch_interval timeout";
        (string Section, string Keys)[] hot =
        [
            ("store.local", "rotate_size rotate_count compress max_size max_age sync_interval"), ("store.local.tracers.NAME", "rotate_size rotate_count max_size max_age"), ("store.sqlite", "max_size max_age sync_interval"),
            ("store.elasticsearch", "addresses api_key_file " + server), ("store.otlp", "endpoint profiles_endpoint " + server),
            ("metrics", "upstream_names"), ("api", "requests_per_second max_streams"),
        ];
        string[] reloaded = [.. hot.SelectMany(section => section.Keys.Split(' ').Select(key => $"{section.Section}.{key}")).Order()];
        Assert.Equal(reloaded, AgentOptions.Schema.Keys.Where(key => key.Change != KeyChange.Restart).Select(key => key.Key).Order());
        string[] named = ["addresses", "endpoint", "profiles_endpoint", "username", "api_key_file", "password_file", "bearer_token_file", "ca_file"];
        Assert.Equal(
            reloaded.Where(key => !named.Contains(key[(key.LastIndexOf('.') + 1)..])), AgentOptions.Schema.Keys.Where(key => key.Change == KeyChange.Request).Select(key => key.Key).Order());
        Assert.All(AgentOptions.Schema.Keys, key => Assert.Equal(key.Change, ReloadableKeys.Of(key.Key)));
        Assert.Null(ReloadableKeys.Of("store.local"));
        Assert.Null(ReloadableKeys.Of("store.local.max_size.more"));
        Assert.All(Sample.Tracers.SelectMany(tracer => tracer.Keys.Select(key => $"tracers.{tracer.Section}.{key.Key}")), key => Assert.True(ReloadableKeys.Contains(key), key));
        Assert.True(ReloadableKeys.Contains("rules"));
    }

    private ConfigReload Begun()
    {
        var reload = new ConfigReload(
            Sample.Good(""), (_, diagnostics) => Sample.Config(_yaml, diagnostics), (_, _) => Task.CompletedTask,
            rules => _refuses ? throw new ArgumentException("too many") : () => _rules.Add(rules.Count), _stores.Add, () => _yaml, new AgentLog(_log, false));
        reload.Begin([]);
        return reload;
    }

    private static string Value(ConfigReload reload, string key) => reload.Effective.Single(option => option.Path == key).Value;
}
