using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Agent.Configuration;
using Huatuo.Flow;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Api;

namespace Huatuo.Agent.Runtime;

/// <summary>
/// Reads the configuration again, at SIGHUP or when asked to. Rules hold from the next event on, bounds of stores and servers at once;
/// tracers whose options have changed are started again, all others go on. What else has changed is told, and holds from the next
/// start. A configuration that is wrong changes nothing.
/// </summary>
internal sealed class ConfigReload : IAsyncDisposable
{
    private const string StoresSection = "store.";
    private const string StillStarting = "the tracers are still starting";

    private readonly Func<IReadOnlyList<Override>, Diagnostics, AgentConfig> _read;
    private readonly KeptOptions _kept;
    private readonly Func<TracerRunner, TracerOptions, Task> _replace;
    private readonly Func<IReadOnlyList<ConfiguredRule>, Action> _takeRules;
    private readonly Action<StoreOptions> _takeStores;
    private readonly Func<string?> _digest;
    private readonly AgentConfig _started;
    private readonly AgentLog _log;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration _signal;
    private Task _reloading = Task.CompletedTask;
    private AgentConfig _current;
    private IReadOnlyList<TracerRunner>? _runners;
    private SystemdNotice? _systemd;
    private string? _taken;
    private long _applied;
    private long _wrong;
    private long _failed;
    private bool _isWrong;
    private int _awaiting;

    /// <param name="config">The configuration that holds.</param>
    /// <param name="read">Reads it anew, with options above the file.</param>
    /// <param name="replace">Gives a tracer other options.</param>
    /// <param name="takeRules">Gives what makes rules hold; throws an <see cref="ArgumentException"/> when they cannot.</param>
    /// <param name="takeStores">Makes bounds of stores and servers hold.</param>
    /// <param name="digest">Stands for what is in the file; null for nothing.</param>
    /// <param name="log">Where to tell what happens.</param>
    internal ConfigReload(AgentConfig config, Func<IReadOnlyList<Override>, Diagnostics, AgentConfig> read, Func<TracerRunner, TracerOptions, Task> replace, Func<IReadOnlyList<ConfiguredRule>, Action> takeRules, Action<StoreOptions> takeStores, Func<string?> digest, AgentLog log)
    {
        _current = _started = config;
        _read = read;
        _kept = new KeptOptions(config.Options.DataDir);
        _replace = replace;
        _takeRules = takeRules;
        _takeStores = takeStores;
        _digest = digest;
        _taken = digest();
        Metrics = new ConfigSource(() => Interlocked.Read(ref _applied), () => Interlocked.Read(ref _wrong), () => Interlocked.Read(ref _failed), () => Volatile.Read(ref _isWrong), () => Volatile.Read(ref _awaiting));
        _log = log;
        // From the beginning, since a signal that nobody takes ends the process.
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
    }

    /// <summary>Every key with the value that holds.</summary>
    internal IEnumerable<EffectiveOption> Effective
    {
        get
        {
            Dictionary<string, EffectiveOption> started = _started.Effective.ToDictionary(option => option.Path);
            return _current.Effective.Select(option => ReloadableKeys.Contains(option.Path) ? option : started[option.Path]);
        }
    }

    /// <summary>Keys and rules that hold, as a tree; secrets are hidden.</summary>
    internal ConfigNode Tree
    {
        get
        {
            var text = new StringWriter();
            new ConfigShow(text).Write(Effective.Select(option => option with { Value = OptionText.Shown(option) }), Rules);
            return ConfigFile.Parse(Encoding.UTF8.GetBytes(text.ToString()), "configuration", new Diagnostics())!;
        }
    }

    /// <summary>The options; of the keys that are not reloaded, those that hold from the next start.</summary>
    internal AgentOptions Options => Volatile.Read(ref _current).Options;

    /// <summary>The digest of the file that was read last.</summary>
    internal string? Taken => Volatile.Read(ref _taken);

    /// <summary>What came of it.</summary>
    internal ConfigSource Metrics { get; }

    /// <summary>The rules that hold.</summary>
    internal IReadOnlyList<ConfiguredRule> Rules => _current.Rules;

    /// <summary>Keys whose values hold when the agent is started again.</summary>
    internal IReadOnlyList<string> AwaitsRestart => [.. Changed(_started, _current).Where(key => !ReloadableKeys.Contains(key))];

    /// <summary>From now on it is done at once; before, it is put off.</summary>
    /// <param name="runners">All tracers, settled.</param>
    /// <param name="systemd">Told of what a signal brings about.</param>
    internal void Begin(IReadOnlyList<TracerRunner> runners, SystemdNotice? systemd = null)
    {
        lock (_lock)
            (_runners, _systemd) = (runners, systemd);
    }

    /// <summary>Changes the configuration, and keeps that for the next start; all of it, or nothing.</summary>
    /// <param name="by">Who asks, for the log.</param>
    /// <param name="changes">What is asked for.</param>
    /// <returns>Why it was not changed; null when all is done.</returns>
    internal async Task<OptionRefusal?> ChangeAsync(string by, IReadOnlyList<OptionChange> changes)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_runners is null)
                return new OptionRefusal(StillStarting, "try again", OptionRefusalKind.Conflict);
            if (TryKeep(changes, out AgentConfig? next, out Action? takeRules) is { } refusal)
                return refusal;
            Counted(await ApplyAsync(next!, takeRules, _runners, by).ConfigureAwait(false));
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Counts that it was to be read again, and an error that nobody expects ended that.</summary>
    internal void CountFailure() => Interlocked.Increment(ref _failed);

    /// <summary>Reads the configuration again.</summary>
    /// <param name="by">Who or what asks, for the log.</param>
    internal async Task<ReloadOutcome> ReloadAsync(string by)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_runners is null)
                return Wrong(StillStarting);
            // What comes while it is read is another again.
            Volatile.Write(ref _taken, _digest());
            return Counted(await ReadAsync(_runners, by).ConfigureAwait(false));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _signal.Dispose();
        Task last;
        lock (_lock)
            last = _reloading;
        await last.ConfigureAwait(false);
        _one.Dispose();
    }

    /// <summary>Keeps a change, when all of it is right with what the file says now.</summary>
    /// <returns>Why not, and nothing is kept; null when it is.</returns>
    private OptionRefusal? TryKeep(IReadOnlyList<OptionChange> changes, out AgentConfig? next, out Action? takeRules)
    {
        (next, takeRules) = (null, null);
        try
        {
            var change = new KeptChange(_kept.Path, _kept.Read(), _current, changes);
            if (change.Fault() is { } fault)
                return fault;
            var diagnostics = new Diagnostics();
            string? digest = _digest();
            next = _read(change.Kept, diagnostics);
            if (change.Fault(next, diagnostics) is { } wrong)
                return wrong;
            if (RulesFault(next, out takeRules) is { } rules)
                return new OptionRefusal(Counted(Wrong(rules)).Errors[0]);
            _kept.Write(change.Kept);
            Volatile.Write(ref _taken, digest);
            return null;
        }
        catch (IOException fault)
        {
            return new OptionRefusal($"{fault.Message}; nothing has changed", $"see that {_kept.Path} can be read and written, and that there is room for it", OptionRefusalKind.NotKept);
        }
    }

    /// <summary>Gives what makes rules hold that are others; or why they cannot.</summary>
    private string? RulesFault(AgentConfig next, out Action? take)
    {
        take = null;
        try
        {
            take = RuleChanges.IsSame(_current.Rules, next.Rules) ? null : _takeRules(next.Rules);
            return null;
        }
        catch (ArgumentException wrong)
        {
            return $"{AgentOptions.RulesKey}: {wrong.Message}";
        }
    }

    private async Task<ReloadOutcome> ReadAsync(IReadOnlyList<TracerRunner> runners, string by)
    {
        try
        {
            var diagnostics = new Diagnostics();
            AgentConfig next = _read(_kept.Read(), diagnostics);
            if (diagnostics.HasErrors)
                return Wrong([.. diagnostics.Errors.Select(error => error.ToString())]);
            return RulesFault(next, out Action? takeRules) is { } wrong ? Wrong(wrong) : await ApplyAsync(next, takeRules, runners, by).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            return Wrong(fault.Message);
        }
    }

    private ReloadOutcome Counted(ReloadOutcome outcome)
    {
        Volatile.Write(ref _isWrong, outcome.Errors.Count > 0);
        Interlocked.Increment(ref (outcome.Errors.Count > 0 ? ref _wrong : ref _applied));
        return outcome;
    }

    private async Task ReloadBySignalAsync(SystemdNotice? systemd)
    {
        systemd?.Reloading();
        try
        {
            await ReloadAsync(nameof(PosixSignal.SIGHUP)).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            CountFailure();
            _log.Error($"reading the configuration again failed: {fault.GetType().Name}: {fault.Message}");
        }
        systemd?.Reloaded();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            if (_runners is null)
                _log.Warn("the tracers are still starting; the configuration is not read again now");
            else
                _reloading = Task.WhenAll(_reloading, Task.Run(() => ReloadBySignalAsync(_systemd)));
        }
    }

    private async Task<ReloadOutcome> ApplyAsync(AgentConfig next, Action? takeRules, IReadOnlyList<TracerRunner> runners, string by)
    {
        string[] changed = [.. Changed(_current, next)];
        string[] applied = [.. changed.Where(ReloadableKeys.Contains)];
        if (takeRules is not null)
        {
            takeRules();
            _log.Info($"{next.Rules.Count} {AgentOptions.RulesKey} hold now");
        }
        if (Array.Exists(applied, key => key.StartsWith(StoresSection, StringComparison.Ordinal)))
            _takeStores(next.Options.Store);
        int tracers = 0;
        foreach (TracerRunner runner in runners)
        {
            string section = $"{AgentOptions.TracersKey}.{runner.Definition.Name}.";
            if (!Array.Exists(applied, key => key.StartsWith(section, StringComparison.Ordinal)))
                continue;
            await _replace(runner, (TracerOptions)next.Tracer(runner.Definition.Name)).ConfigureAwait(false);
            await runner.Settled.ConfigureAwait(false);
            _log.Info($"{runner.Definition.Name}: {runner.State.Word()} with other options");
            tracers++;
        }
        foreach (string change in Told(_current, next, applied))
            _log.Info($"audit: {by} changed {change}");
        Volatile.Write(ref _current, next);
        IReadOnlyList<string> restart = AwaitsRestart;
        Volatile.Write(ref _awaiting, restart.Count);
        foreach (string key in restart)
            _log.Warn($"{key} has changed; it holds when the agent is started again");
        _log.Info($"the configuration was read again; {tracers} tracers have other options");
        return new ReloadOutcome(applied, restart, []);
    }

    private static IEnumerable<string> Told(AgentConfig from, AgentConfig to, IEnumerable<string> keys)
    {
        Dictionary<string, EffectiveOption> before = from.Effective.ToDictionary(option => option.Path), after = to.Effective.ToDictionary(option => option.Path);
        return keys.SelectMany(key => key == AgentOptions.RulesKey ? RuleChanges.Between(from.Rules, to.Rules) : [$"{key} from {Shown(before, key)} to {Shown(after, key)}"]);
    }

    private static string Shown(Dictionary<string, EffectiveOption> options, string key) => options.TryGetValue(key, out EffectiveOption? option) ? OptionText.Shown(option) : "none";

    private ReloadOutcome Wrong(params IReadOnlyList<string> errors)
    {
        foreach (string error in errors)
            _log.Error(error);
        _log.Error("the configuration is wrong; the one before goes on");
        return new ReloadOutcome([], AwaitsRestart, errors);
    }

    private static IEnumerable<string> Changed(AgentConfig from, AgentConfig to)
    {
        Dictionary<string, string> before = from.Effective.ToDictionary(option => option.Path, option => option.Value);
        EffectiveOption[] after = [.. to.Effective];
        IEnumerable<string> keys = after.Where(option => before.GetValueOrDefault(option.Path) != option.Value).Select(option => option.Path)
            .Concat(before.Keys.Except(after.Select(option => option.Path)));
        return RuleChanges.IsSame(from.Rules, to.Rules) ? keys : keys.Append(AgentOptions.RulesKey);
    }
}
