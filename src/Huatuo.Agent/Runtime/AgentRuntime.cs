using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Huatuo.Agent.Configuration;
using Huatuo.AutoTracing;
using Huatuo.Flow;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Http;
using Huatuo.Http.Api;
using Huatuo.Http.Sources;
using Huatuo.Http.Tls;
using Huatuo.Http.Upstream;
using Huatuo.Linux;
using Huatuo.Linux.Proc;
using Huatuo.Store.Files;

namespace Huatuo.Agent.Runtime;

/// <summary>The daemon: tracers, sinks and the HTTP server, until it is told to stop.</summary>
internal sealed class AgentRuntime : IAsyncDisposable, IReadiness
{
    private readonly AgentLog _log;
    private readonly DirectoryLock? _dataLock;
    private readonly TracingHost _tracing;
    private readonly BpfSource _bpf;
    private readonly StoredProfiling? _profiling;
    private readonly RuntimeSource _runtime = new();
    private readonly ConfigReload _reload;
    private readonly ConfigWatch _watch;
    private readonly SystemdNotice _systemd;
    private readonly HttpServer _http;
    private readonly TimeProvider _time;

    /// <param name="config">The configuration.</param>
    /// <param name="read">Reads it anew, with options above the file.</param>
    /// <param name="file">The configuration file.</param>
    /// <param name="tracers">All tracers.</param>
    /// <param name="time">Time.</param>
    /// <param name="roots">Where the kernel's file systems are, if not in their usual places.</param>
    /// <exception cref="IOException">The data folder cannot be used, or another agent uses it.</exception>
    internal AgentRuntime(AgentConfig config, Func<IReadOnlyList<Override>, Diagnostics, AgentConfig> read, string file, IReadOnlyList<TracerDefinition> tracers, TimeProvider time, SystemRoots? roots = null)
    {
        _time = time;
        _log = AgentLog.OfThisProcess();
        var stores = new EventStores(config.Options, time, _log.Warn);
        if (stores.NeedDataDirectory)
            _dataLock = DirectoryLock.Take(config.Options.DataDir);
        IReadOnlyList<IEventSink> sinks = stores.Open();
        _tracing = TracingHost.Start(config, tracers, sinks, "events", _log, time, roots);
        _profiling = StoredProfiling.Make(config.Options, stores, sinks, _tracing.Containers.Registry, _tracing.Symbols, time, _log.Warn);
        IReadOnlyList<IEventSink> all = [.. sinks, .. _profiling is null ? Array.Empty<IEventSink>() : _profiling.Own];
        var content = new ConfigContent(file);
        _reload = new ConfigReload(config, read, _tracing.ReplaceAsync, _tracing.TakeRules, changed => stores.Change(all, changed), content.Digest, _log);
        _watch = new ConfigWatch(content, config.Options.ReloadInterval, () => _reload.Taken, () => _reload.ReloadAsync(file), _reload.CountFailure, _log, time);
        _systemd = new SystemdNotice(Environment.GetEnvironmentVariable, time);
        _bpf = new BpfSource(_tracing.Runners, time);
        KernelRelease.TryRead(out KernelRelease kernel);
        var version = new VersionInfo(BuildInfo.Version, BuildInfo.Commit, RuntimeInformation.FrameworkDescription, BuildInfo.Flavour, kernel.Full);
        _http = new HttpServer(
            new HttpOptions
            {
                Listen = config.Options.Listen,
                Tls = config.Options.Tls,
                Upstream = new UpstreamNames(Environment.MachineName, config.Options.Region, _tracing.Containers.Registry, time),
                ShowsUpstream = () => _reload.Options.Metrics.UpstreamNames,
                Push = config.Options.Metrics.Otlp is { Endpoint.Length: > 0 } push ? push : null,
                PushAttributes = [new Label("host.name", Environment.MachineName), .. config.Options.Region is { Length: > 0 } region ? [new Label("region", region)] : Array.Empty<Label>()],
            },
            Page(),
            this,
            version,
            time,
            (what, fault) => _log.Warn($"{what}: {fault.Message}"),
            new ApiSources
            {
                Options = () => _reload.Options.Api,
                DataDir = config.Options.DataDir,
                EventStore = stores.Searchable,
                ProfileStore = stores.Profiles,
                Runners = _tracing.Runners,
                StartAgain = _tracing.StartAgainAsync,
                StartTask = _tracing.StartTaskAsync,
                Profiles = new ProfileHost(_tracing, _profiling, new Origin(Environment.MachineName, config.Options.Region), time),
                Containers = _tracing.Containers.Registry,
                Configuration = () => _reload.Effective,
                ConfigurationTree = () => _reload.Tree,
                ChangeOf = ReloadableKeys.Of,
                AwaitsRestart = () => _reload.AwaitsRestart,
                Reload = _reload.ReloadAsync,
                ChangeOptions = _reload.ChangeAsync,
                Rules = () => _reload.Rules,
                Audit = what => _log.Info("audit: " + what),
                Warn = _log.Warn,
            });
        // What is read beside a scrape has sources of its own; what the page shows can be asked for.
        _tracing.ReplacePage([.. Page(), .. _http.Metrics]);

        IMetricSource[] Page() =>
        [
            new BuildInfoSource(version),
            new ProcessSource(new SelfStat().TryRead),
            _runtime,
            _reload.Metrics,
            new TracerSource(_tracing.Runners),
            new LedgerSource([.. _tracing.Runners.Where(runner => runner.Definition.Kind != TracerKind.Metric).Select(runner => runner.Ledger), .. _profiling is null ? Array.Empty<TracerLedger>() : [_profiling.Ledger]]),
            new AutoTraceSource(_tracing.Runners),
            _bpf,
            new ContainerSource(_tracing.Containers, _tracing.Names),
            .. EventStores.Sources(all),
            .. _profiling is null ? Array.Empty<IMetricSource>() : [_profiling.Metrics],
            .. MetricTracerSource.Of(_tracing.Runners),
        ];
    }

    /// <summary>Serves until told to stop.</summary>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    /// <exception cref="TlsException">A file of the section <c>tls</c> cannot be used.</exception>
    internal async Task RunAsync(CancellationToken stop)
    {
        await _http.StartAsync(stop).ConfigureAwait(false);
        _tracing.Begin();
        _log.Info($"metrics on {(_http.IsSecure ? "https" : "http")}://{_http.Endpoint}/metrics");
        await Task.WhenAll(_tracing.Runners.Select(runner => runner.Settled)).WaitAsync(stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        foreach (TracerRunner runner in _tracing.Runners)
            _log.Info($"{runner.Definition.Name}: {runner.State.Word()}{(runner.Rung is { } rung ? $" on {rung}" : "")}");
        _reload.Begin(_tracing.Runners, _systemd);
        _watch.Begin();
        _profiling?.Begin();
        TrimMemory.AfterStart();
        _systemd.Ready(_tracing.IsAliveAsync);
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        _log.Info("stopping");
    }

    /// <inheritdoc/>
    public bool IsReady([NotNullWhen(false)] out string? reason)
    {
        TracerRunner? awaited = _tracing.Runners.FirstOrDefault(runner => runner.State is TracerState.Starting or TracerState.BackingOff);
        reason = awaited is null ? null : $"{awaited.Definition.Name} is {awaited.State.Word()}{(awaited.LastError is { } error ? ": " + error : "")}";
        return awaited is null;
    }

    public async ValueTask DisposeAsync()
    {
        await _systemd.DisposeAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _http.DisposeAsync().ConfigureAwait(false);
        await _reload.DisposeAsync().ConfigureAwait(false);
        await _bpf.DisposeAsync().ConfigureAwait(false);
        if (_profiling is not null)
            await _profiling.DisposeAsync().ConfigureAwait(false);
        await _tracing.DisposeAsync().ConfigureAwait(false);
        _runtime.Dispose();
        _dataLock?.Dispose();
    }
}
