using System.Text.Json;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow;
using Huatuo.Flow.Options;
using Huatuo.Http.Api;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary>Changes of the configuration that a request asks for, by the same path as the API.</summary>
public sealed class ConfigChangeTests : IAsyncDisposable
{
    private const string Rule = """{"name":"r","tracer":"dropwatch","when":[{"field":"port","is":1}]}""";
    private const string Nothing = "nothing has changed";

    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-change-").FullName;
    private readonly StringWriter _log = new();
    private readonly List<int> _rules = [];
    private readonly List<StoreOptions> _stores = [];
    private readonly ConfigReload _reload;
    private string _yaml = "";
    private Override[] _commandLine = [];
    private int _reading;

    public ConfigChangeTests() => _reload = Begun();

    private string Kept => Path.Combine(_folder, "options.json");

    public async ValueTask DisposeAsync()
    {
        await _reload.DisposeAsync();
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Bounds_limits_metrics_and_rules_hold_at_once_and_after_a_restart()
    {
        int shipped = _reload.Rules.Count;
        Assert.Null(await ChangeAsync("""{"store":{"local":{"max_size":"1GiB"},"sqlite":{"max_age":"24h"},"otlp":{"batch_events":5}},"api":{"max_streams":3},"metrics":{"upstream_names":true},"rules":["""
            + Rule + """],"tracers":{"dropwatch":{"ports":[80,443]}}}"""));
        StoreOptions told = Assert.Single(_stores);
        Assert.Equal((1L << 30, TimeSpan.FromDays(1), 5), (told.Local.MaxSize.Bytes, told.Sqlite.MaxAge, told.Otlp.BatchEvents));
        Assert.Equal([shipped + 1], _rules);
        Assert.Equal((3, true), (_reload.Options.Api.MaxStreams, _reload.Options.Metrics.UpstreamNames));
        Assert.Equal(
            [
                "me changed store.local.max_size from 0 to 1GiB", "me changed store.sqlite.max_age from 720h to 24h", "me changed store.otlp.batch_events from 1000 to 5",
                "me changed metrics.upstream_names from false to true", "me changed api.max_streams from 16 to 3", "me changed tracers.dropwatch.ports from [] to [80, 443]",
                "me changed rules.r from none to r|dropwatch|on|port Is 1",
            ],
            Audit());
        // Another agent on the same folder.
        await using ConfigReload next = Begun();
        Assert.Equal(_reload.Effective, next.Effective);
        Assert.Equal(_reload.Rules[0].Rule.Name, next.Rules[0].Rule.Name);
        Assert.Equal(Kept, next.Rules[0].Origin?.Source);
    }

    [Theory]
    [InlineData("""{"store":{"local":{"max_sise":"1GiB"}}}""", "store.local.max_sise: unknown key; did you mean 'max_size'?", Nothing)]
    [InlineData("""{"store":{"local":{"max_sise":null}}}""", "store.local.max_sise: unknown key", "GET /api/v1/config lists the keys; " + Nothing)]
    [InlineData("""{"autotracing":{"odd":1}}""", "autotracing.odd: unknown key", Nothing)]
    [InlineData("""{"tracers":{"dropwotch":{"ports":[1]}}}""", "tracers.dropwotch: unknown tracer; did you mean 'dropwatch'?", Nothing)]
    [InlineData("""{"store":{"local":{"max_size":"much"}}}""", "store.local.max_size: expected a size from 0 to 1TiB, in bytes or with KiB, MiB, GiB, KB, MB or GB, found 'much'", Nothing)]
    [InlineData("""{"store":{"local":{"max_size":{"a":1}}}}""", "store.local.max_size: expected a size from 0 to 1TiB, in bytes or with KiB, MiB, GiB, KB, MB or GB, found a mapping", Nothing)]
    [InlineData("""{"store":{"local":1}}""", "store.local: expected a mapping of keys, found '1'", Nothing)]
    [InlineData("""{"rules":[{"name":"r"}]}""", "rules[0]: a rule needs a 'tracer'", Nothing)]
    [InlineData("""{"rules":"all"}""", "rules: expected a list of rules, found 'all'", Nothing)]
    [InlineData("""{"store":{"local":{"queue_bytes":"1MiB"}}}""", "store.local.queue_bytes: cannot be set to 1MiB here: this key holds when the agent is started again", "write it into the configuration file, and start the agent again")]
    [InlineData("""{"data_dir":"/etc"}""", "data_dir: cannot be set to /etc here: this key holds when the agent is started again", "write it into the configuration file, and start the agent again")]
    [InlineData("""{"metrics":{"otlp":{"authorization":"Bearer s3cret"}}}""", "metrics.otlp.authorization: cannot be set to (hidden) here: this key holds when the agent is started again", "write it into the configuration file, and start the agent again")]
    [InlineData("""{"store":{"otlp":{"ca_file":"/etc/shadow"}}}""", "store.otlp.ca_file: cannot be set to /etc/shadow here: this key names a file, a server or a user, which no request may", "write it into the configuration file; it holds when that is read again")]
    [InlineData("""{"store":{"elasticsearch":{"addresses":["http://a:1"]}}}""", "store.elasticsearch.addresses: cannot be set to http://a:1 here: this key names a file, a server or a user, which no request may", "write it into the configuration file; it holds when that is read again")]
    [InlineData("""{"tracers":{"oom":{"enabled":true},"oom_kills":{"enabled":false}}}""", "tracers.oom.enabled: is there twice, also by another name", Nothing)]
    public async Task What_cannot_be_changed_is_told_by_key_value_and_what_to_do_and_nothing_else_of_the_request_holds(string patch, string message, string hint)
    {
        IEnumerable<EffectiveOption> before = [.. _reload.Effective];
        string whole = patch.Contains("max_streams", StringComparison.Ordinal) ? patch : """{"api":{"max_streams":3},""" + patch[1..];
        Assert.Equal(new OptionRefusal(message, hint), await ChangeAsync(whole));
        Assert.Equal(before, _reload.Effective);
        Assert.Empty(_stores);
        Assert.Empty(Audit());
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task What_the_command_line_sets_is_a_conflict()
    {
        _commandLine = [new Override("api.max_streams", "5")];
        Assert.Equal(
            new OptionRefusal("api.max_streams is set by --set on the command line; nothing has changed", "start the agent without it to change the key here", OptionRefusalKind.Conflict),
            await ChangeAsync("""{"store":{"local":{"max_size":"1GiB"}},"api":{"max_streams":3}}"""));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_change_is_right_only_together_with_the_file()
    {
        _yaml = "store: {local: {max_size: x}}\n";
        OptionRefusal? refusal = await ChangeAsync("""{"api":{"max_streams":3}}""");
        Assert.StartsWith("huatuo.yaml:2:27: store.local.max_size: expected a size", refusal?.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Null_takes_what_is_kept_away_of_a_key_and_of_a_section()
    {
        _yaml = "store: {local: {max_size: 2GiB}}\nrules: [" + Rule.Replace("\"r\"", "f", StringComparison.Ordinal) + "]\n";
        Assert.Null(await ChangeAsync("""{"store":{"local":{"max_size":"1GiB","max_age":"1h"},"sqlite":{"max_age":"24h"}},"rules":[""" + Rule + """],"api":{"max_streams":3}}"""));
        Assert.Equal(("1GiB", "1h", "24h", "3", "r"), Values());
        Assert.Null(await ChangeAsync("""{"store":{"local":{"max_size":null}},"rules":null}"""));
        Assert.Equal(("2GiB", "1h", "24h", "3", "f"), Values());
        Assert.Null(await ChangeAsync("""{"store":null,"rules":[],"tracers":{"dropwatch":{"ports":[]}}}"""));
        Assert.DoesNotContain(_reload.Rules, rule => rule.Origin is not null);
        Assert.Equal("[]", Value("tracers.dropwatch.ports"));
        Assert.Null(await ChangeAsync("""{"rules":null,"tracers":null}"""));
        Assert.Equal(("2GiB", "0s", "720h", "3", "f"), Values());
        // What is kept, and nothing else.
        Assert.Equal(["api.max_streams"], new KeptOptions(_folder).Read().Select(kept => kept.Path));

        (string, string, string, string, string) Values() => (Value("store.local.max_size"), Value("store.local.max_age"), Value("store.sqlite.max_age"), Value("api.max_streams"), _reload.Rules[0].Rule.Name);
    }

    [Fact]
    public async Task Bounds_of_one_tracers_files_come_and_go()
    {
        Assert.Null(await ChangeAsync("""{"store":{"local":{"tracers":{"oom_kills":{"max_size":"1MiB"}}}}}"""));
        Assert.Equal(1 << 20, _stores[^1].Local.Tracers["oom"].MaxSize?.Bytes);
        Assert.Null(await ChangeAsync("""{"store":{"local":{"tracers":{"oom":{"max_size":null}}}}}"""));
        Assert.Empty(_stores[^1].Local.Tracers);
        Assert.Equal(2, _stores.Count);
        Assert.Equal(["me changed store.local.tracers.oom.max_size from none to 1MiB", "me changed store.local.tracers.oom.max_size from 1MiB to none"], Audit());
    }

    [Fact]
    public async Task Each_rule_that_changes_is_told_and_their_order()
    {
        string other = Rule.Replace("\"r\"", "\"s\"", StringComparison.Ordinal);
        Assert.Null(await ChangeAsync($"{{\"rules\":[{Rule},{other}]}}"));
        Assert.Null(await ChangeAsync($"{{\"rules\":[{Rule},{other.Replace("1", "2", StringComparison.Ordinal)}]}}"));
        Assert.Null(await ChangeAsync($"{{\"rules\":[{other.Replace("1", "2", StringComparison.Ordinal)},{Rule}]}}"));
        Assert.Null(await ChangeAsync($"{{\"rules\":[{Rule}]}}"));
        string[] told = [.. Audit()];
        string shipped = string.Concat(_reload.Rules.Skip(1).Select(rule => ", " + rule.Rule.Name));
        Assert.Equal(
            [
                "me changed rules.r from none to r|dropwatch|on|port Is 1", "me changed rules.s from none to s|dropwatch|on|port Is 1",
                "me changed rules.s from s|dropwatch|on|port Is 1 to s|dropwatch|on|port Is 2",
                $"me changed the order of the rules from r, s{shipped} to s, r{shipped}",
                "me changed rules.s from s|dropwatch|on|port Is 2 to none",
            ],
            told);
    }

    [Fact]
    public async Task What_cannot_be_kept_changes_nothing()
    {
        Directory.CreateDirectory(Kept + "/in the way");
        OptionRefusal? unread = await ChangeAsync("""{"api":{"max_streams":3}}""");
        Assert.Equal((OptionRefusalKind.NotKept, $"see that {Kept} can be read and written, and that there is room for it"), (unread?.Kind, unread?.Hint));
        Assert.StartsWith($"{Kept} cannot be read: ", unread?.Message, StringComparison.Ordinal);
        Assert.EndsWith("; nothing has changed", unread?.Message, StringComparison.Ordinal);
        Directory.Delete(Kept, recursive: true);
        File.WriteAllText(Kept, "{}");
        Assert.StartsWith($"{Kept} is not a file of options: ", (await ChangeAsync("""{"api":{"max_streams":3}}"""))?.Message, StringComparison.Ordinal);
        Assert.Equal("16", Value("api.max_streams"));
        Assert.Empty(Audit());
    }

    [Fact]
    public async Task Many_at_once_are_all_kept()
    {
        string[] keys = ["rotate_size", "rotate_count", "max_size", "sync_interval"];
        string[][] values = [["64KiB", "1MiB", "2MiB"], ["9", "10", "11"], ["1GiB", "2GiB", "3GiB"], ["1s", "2s", "3s"]];
        OptionRefusal?[] answers = await Task.WhenAll(Enumerable.Range(0, 48).Select(i => Task.Run(() => ChangeAsync($$$$"""{"store":{"local":{"{{{{keys[i % 4]}}}}":"{{{{values[i % 4][i / 16]}}}}"}}}"""))));
        Assert.All(answers, Assert.Null);
        Assert.Equal(keys.Order(), new KeptOptions(_folder).Read().Select(kept => kept.Path[(kept.Path.LastIndexOf('.') + 1)..]).Order());
        await using ConfigReload next = Begun();
        Assert.Equal(_reload.Effective, next.Effective);
    }

    [Fact]
    public async Task The_tree_is_a_patch_of_itself_where_it_can_be_changed()
    {
        _yaml = "store: {elasticsearch: {addresses: ['http://me:s3cret@a:1']}}\ntracers: {dropwatch: {ports: [80], note: '007'}}\n";
        await _reload.ReloadAsync("SIGHUP");
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
            ConfigJson.Write(writer, _reload.Tree);
        JsonElement tree = JsonElement.Parse(json.ToArray());
        Assert.DoesNotContain("s3cret", tree.GetRawText(), StringComparison.Ordinal);
        Assert.Equal((JsonValueKind.Number, JsonValueKind.False, "[80]", "\"007\""), (
            tree.GetProperty("api").GetProperty("max_streams").ValueKind, tree.GetProperty("metrics").GetProperty("upstream_names").ValueKind,
            tree.GetProperty("tracers").GetProperty("dropwatch").GetProperty("ports").GetRawText(), tree.GetProperty("tracers").GetProperty("dropwatch").GetProperty("note").GetRawText()));
        IEnumerable<string> before = [.. _reload.Effective.Select(option => option.Value)];
        string rules = tree.GetProperty("rules").GetRawText();
        Assert.Null(await ChangeAsync("{\"tracers\":" + tree.GetProperty("tracers").GetRawText() + ",\"rules\":" + rules + "}"));
        Assert.Equal(before, _reload.Effective.Select(option => option.Value));
        Assert.DoesNotContain(Audit(), line => line.StartsWith("me ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_is_asked_for_is_refused_and_nothing_has_changed_or_holds_at_the_next_start_too()
    {
        var random = new Random(11);
        string[] keys = [.. _reload.Effective.Select(option => option.Path), "rules", "tracers", "store", "store.local", "autotracing.triggers", "tracers.oom_kills.enabled", "odd", "api.odd"];
        string[] values = ["null", "1", "0", "-1", "true", "\"1GiB\"", "\"1h\"", "\"\"", "\"a,b\"", "[]", "[80]", "[\"a,b\"]", "[[]]", $"[{Rule}]", $"[{Rule},{Rule}]", "[{}]", "\"../../etc/passwd\"", "\"\\n\""];
        for (int round = 0; round < 300; round++)
        {
            OptionChange[] changes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => OptionChange.Of(keys[random.Next(keys.Length)], JsonElement.Parse(values[random.Next(values.Length)])))];
            string before = State();
            OptionRefusal? refusal = await _reload.ChangeAsync("me", changes);
            if (refusal is not null)
                Assert.Equal(before, State());
            Assert.DoesNotContain("etc/passwd", string.Concat(_reload.Effective.Where(option => !option.Path.StartsWith("tracers.", StringComparison.Ordinal)).Select(option => option.Value)), StringComparison.Ordinal);
            await using ConfigReload next = Begun();
            Assert.Equal(_reload.Effective.Select(option => option.Value), next.Effective.Select(option => option.Value));
            Assert.Equal(_reload.Rules.Select(rule => rule.Rule.Name), next.Rules.Select(rule => rule.Rule.Name));
        }

        string State() => string.Join('\n', [.. _reload.Effective.Select(option => option.ToString()), .. _reload.Rules.Select(rule => rule.Rule.Name), File.Exists(Kept) ? File.ReadAllText(Kept) : ""]);
    }

    private ConfigReload Begun()
    {
        var diagnostics = new Diagnostics();
        var reload = new ConfigReload(
            Read(new KeptOptions(_folder).Read(), diagnostics), Read, (_, _) => Task.CompletedTask, rules => () => _rules.Add(rules.Count), _stores.Add, () => _yaml, new AgentLog(_log, false));
        Assert.Equal("", diagnostics.ToString());
        reload.Begin([]);
        return reload;
    }

    private AgentConfig Read(IReadOnlyList<Override> kept, Diagnostics diagnostics)
    {
        Assert.Equal(1, Interlocked.Increment(ref _reading));
        Thread.Yield();
        AgentConfig read = Sample.Config($"data_dir: {_folder}\n{_yaml}", diagnostics, [.. kept, .. _commandLine]);
        Interlocked.Decrement(ref _reading);
        return read;
    }

    private Task<OptionRefusal?> ChangeAsync(string patch) => _reload.ChangeAsync("me", OptionChanges.Read(JsonElement.Parse(patch)));

    private string Value(string key) => _reload.Effective.Single(option => option.Path == key).Value;

    private IEnumerable<string> Audit() => _log.ToString().Split('\n').Where(line => line.Contains(" audit: ", StringComparison.Ordinal)).Select(line => line.Split(" audit: ")[1]);
}
