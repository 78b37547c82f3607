using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Sinks;

namespace Huatuo.Flow.Tracing;

/// <summary>
/// Keeps one tracer running: chooses the rung, loads, attaches, and after a failure tries again, waiting longer each
/// time. What cannot work here is settled before anything is loaded.
/// </summary>
public sealed class TracerRunner : IAsyncDisposable
{
    private readonly TracerEnvironment _environment;
    private readonly EventOutput _output;
    private readonly SemaphoreSlim _control = new(1, 1);
    private CancellationTokenSource _stop = new();
    private TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;
    private readonly Lock _lock = new();
    private TracerRun? _run;
    private BpfObject? _loaded;
    private IMetricTracer? _metrics;
    private Task _loop = Task.CompletedTask;

    /// <param name="definition">The tracer.</param>
    /// <param name="options">Its options.</param>
    /// <param name="rules">Its rules.</param>
    /// <param name="environment">What all runners share.</param>
    public TracerRunner(TracerDefinition definition, TracerOptions options, RuleSet rules, TracerEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(environment);
        Definition = definition;
        Options = options;
        _environment = environment;
        Counters = new TracerCounters(definition.Counters);
        // A sink shares its memory between those that have a channel.
        IReadOnlyList<IEventSink> sinks = definition.Kind != TracerKind.Metric ? environment.Sinks : [];
        Ledger = new TracerLedger(definition.Name, [.. rules.Rules.Select(rule => rule.Name)], sinks.Select(sink => sink.Name));
        var encoder = new DocumentEncoder(environment.Origin, definition.Name, definition.Kind == TracerKind.AutoTracing ? "autotracing" : "event", environment.Clock, environment.Ids);
        _output = new EventOutput(Ledger, rules, encoder, sinks);
    }

    /// <summary>The tracer.</summary>
    public TracerDefinition Definition { get; }

    /// <summary>Its options.</summary>
    public TracerOptions Options { get; private set; }

    /// <summary>Its own counters.</summary>
    public TracerCounters Counters { get; }

    /// <summary>Lines of kernel files that it could not read.</summary>
    public SkippedLines Skipped { get; } = new();

    /// <summary>Where its events went; for a tracer with documents alone.</summary>
    public TracerLedger Ledger { get; }

    /// <summary>What it does now.</summary>
    public TracerState State { get; private set; } = TracerState.Starting;

    /// <summary>The rung in use.</summary>
    public string? Rung { get; private set; }

    /// <summary>Why it is unsupported.</summary>
    public Unsupported? Missing { get; private set; }

    /// <summary>What went wrong last.</summary>
    public string? LastError { get; private set; }

    /// <summary>How many runs were started.</summary>
    public long Runs { get; private set; }

    /// <summary>The last failure was the lack of a privilege.</summary>
    public bool LacksPrivilege { get; private set; }

    /// <summary>Completes when it runs, or is known not to run for now.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Begins in the background.</summary>
    /// <param name="kernel">What the kernel can do.</param>
    /// <param name="btf">Its types, needed only during the call.</param>
    public void Start(KernelFeatures kernel, KernelBtf? btf)
    {
        if (Options.Enabled)
            Launch(kernel, btf);
        else
            Settle(TracerState.Disabled);
    }

    /// <summary>Ends its run; it stays stopped until it is started again.</summary>
    /// <returns>False when it does not run, or is starting.</returns>
    public async Task<bool> StopAsync()
    {
        await _control.WaitAsync().ConfigureAwait(false);
        try
        {
            if (State is not (TracerState.Running or TracerState.BackingOff))
                return false;
            await EndAsync().ConfigureAwait(false);
            return true;
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>Starts it in the background though it was switched off, has ended, or could not run before.</summary>
    /// <param name="kernel">What the kernel can do.</param>
    /// <param name="btf">Its types, needed only during the call.</param>
    /// <returns>False when it runs, or is starting.</returns>
    public async Task<bool> StartAgainAsync(KernelFeatures kernel, KernelBtf? btf)
    {
        await _control.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed || State is TracerState.Running or TracerState.BackingOff or TracerState.Starting)
                return false;
            Anew();
            Launch(kernel, btf);
            return true;
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>Gives it other options once it has settled; its run ends, and another begins with them if they say so.</summary>
    /// <param name="options">The options.</param>
    /// <param name="kernel">What the kernel can do.</param>
    /// <param name="btf">Its types, needed only during the call.</param>
    public async Task ReplaceAsync(TracerOptions options, KernelFeatures kernel, KernelBtf? btf)
    {
        ArgumentNullException.ThrowIfNull(options);
        await Settled.ConfigureAwait(false);
        await _control.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed)
                return;
            await EndAsync().ConfigureAwait(false);
            Options = options;
            Anew();
            if (options.Enabled)
                Launch(kernel, btf);
            else
                Settle(TracerState.Disabled);
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>Takes other rules, which hold from the next event on; by one thread at a time.</summary>
    /// <param name="rules">All of them.</param>
    public void ReplaceRules(RuleSet rules) => _output.Replace(rules);

    private void Anew()
    {
        _stop.Dispose();
        (_stop, _settled) = (new CancellationTokenSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        (State, LastError, Missing, Rung) = (TracerState.Starting, null, null, null);
    }

    private void Launch(KernelFeatures kernel, KernelBtf? btf)
    {
        try
        {
            (HookRung? rung, IReadOnlyList<string> programs, Missing) = Ladder.Choose(Definition, Options.Hook, kernel, btf);
            if (rung is null)
            {
                _environment.Log.Warn($"{Definition.Name}: not supported here: needs {Missing!.Feature}; {Missing.Hint}");
                Settle(TracerState.Unsupported);
                return;
            }
            Rung = rung.Name;
            _loop = Task.Run(() => KeepRunningAsync(programs, kernel));
        }
        catch (ArgumentException wrong)
        {
            Fail(wrong);
        }
    }

    /// <summary>Reads something of the BPF object while it is certain to stay loaded.</summary>
    /// <returns>False when nothing is loaded.</returns>
    public bool Inspect(Action<BpfObject> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_lock)
        {
            if (_loaded is null)
                return false;
            action(_loaded);
            return true;
        }
    }

    /// <summary>Writes the metrics of a metric tracer; nothing while it does not run.</summary>
    /// <param name="writer">The scrape.</param>
    public void WriteMetrics(MetricWriter writer)
    {
        lock (_lock)
            _metrics?.Write(writer);
    }

    /// <summary>What the kernel itself reports as lost on perf rings in this run; a cross-check, not a term.</summary>
    public long ReportedLost
    {
        get
        {
            lock (_lock)
                return _run?.ReportedLost ?? 0;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _control.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        await EndAsync().ConfigureAwait(false);
        _stop.Dispose();
        _control.Release();
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (State is TracerState.Running or TracerState.Starting or TracerState.BackingOff)
            State = TracerState.Stopped;
    }

    private async Task KeepRunningAsync(IReadOnlyList<string> programs, KernelFeatures kernel)
    {
        var backOff = new BackOff();
        while (!_stop.IsCancellationRequested)
        {
            long started = _environment.Time.GetTimestamp();
            try
            {
                await RunOnceAsync(programs, kernel).ConfigureAwait(false);
            }
            catch (ArgumentException wrong) when (wrong is not (ArgumentOutOfRangeException or ArgumentNullException))
            {
                Fail(wrong);
                return;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                LastError = FaultWords.Of(fault);
                LacksPrivilege = fault is BpfException { IsPermission: true };
                // A run that lasted was not a failed start.
                if (_environment.Time.GetElapsedTime(started) > BackOff.Longest)
                    backOff.Reset();
                TimeSpan wait = backOff.Next();
                _environment.Log.Warn($"{Definition.Name}: {LastError}; next try in {wait.TotalSeconds:0} s");
                Settle(TracerState.BackingOff);
                await WaitAsync(wait).ConfigureAwait(false);
            }
        }
    }

    private async Task RunOnceAsync(IReadOnlyList<string> programs, KernelFeatures kernel)
    {
        Runs++;
        TracerServices services = _environment.Services with { Counters = Counters, Kernel = Ledger.Kernel, Rung = Rung!, Time = _environment.Time, Skipped = Skipped };
        if (Definition is EventTracerDefinition { IsSlow: true })
            services = services with { Stacks = new StackTable(services.Stacks.Symbols) };
        switch (Definition.Create(Options, services))
        {
            case IEventTracer tracer:
                await RunProgramsAsync(tracer, programs, kernel).ConfigureAwait(false);
                break;
            case ISourceTracer tracer:
                using (tracer as IDisposable)
                    await RunSourceAsync(tracer).ConfigureAwait(false);
                break;
            case IMetricTracer tracer:
                await RunMetricsAsync(tracer, programs).ConfigureAwait(false);
                break;
            case var other:
                throw new ArgumentException($"{Definition.Name}: {other.GetType().Name} is no tracer of a known kind");
        }
    }

    private async Task RunProgramsAsync(IEventTracer tracer, IReadOnlyList<string> programs, KernelFeatures kernel)
    {
        var failure = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var decoder = new RecordDecoder(tracer, _output, Ledger, TellFault);
        TracerRun run = await TracerRun.StartAsync(
            tracer, programs, Definition is EventTracerDefinition { IsSlow: true }, kernel, (EventTracerOptions)Options, _environment, Ledger, decoder, fault => failure.TrySetException(fault)).ConfigureAwait(false);
        lock (_lock)
            (_run, _loaded) = (run, run.Object);
        try
        {
            tracer.Attached();
            LastError = null;
            Settle(TracerState.Running);
            await failure.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            lock (_lock)
                (_run, _loaded) = (null, null);
            await run.DisposeAsync().ConfigureAwait(false);
            tracer.Detached();
        }
    }

    private async Task RunSourceAsync(ISourceTracer tracer)
    {
        var run = new SourceTracerRun(Ledger, _output, ((EventTracerOptions)Options).MaxEventsPerSecond, _environment.Time, () =>
        {
            LastError = null;
            Settle(TracerState.Running);
        });
        Ledger.Kernel.Begin(run.Read);
        try
        {
            await tracer.RunAsync(run, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        finally
        {
            Ledger.Kernel.End();
        }
    }

    private async Task RunMetricsAsync(IMetricTracer tracer, IReadOnlyList<string> programs)
    {
        using MetricRun? run = tracer is IProgramMetricTracer program ? MetricRun.Start(program, programs) : null;
        using var files = run is null ? tracer as IDisposable : null;
        lock (_lock)
            (_metrics, _loaded) = (tracer, run?.Object);
        try
        {
            LastError = null;
            Settle(TracerState.Running);
            await Task.Delay(Timeout.Infinite, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            lock (_lock)
                (_metrics, _loaded) = (null, null);
        }
    }

    private async Task WaitAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _environment.Time, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    // A mistake in this program is told with its place, and once: it may come back with every record.
    private void TellFault(Exception fault)
    {
        string words = FaultWords.Of(fault);
        if (LastError == words)
            return;
        LastError = words;
        _environment.Log.Error($"{Definition.Name}: a record was not decoded: {fault}");
    }

    // What the configuration asks for cannot be: trying again would not help.
    private void Fail(ArgumentException wrong)
    {
        LastError = wrong.Message;
        _environment.Log.Error(wrong.Message);
        Settle(TracerState.Failed);
    }

    private void Settle(TracerState state)
    {
        State = state;
        _settled.TrySetResult();
    }
}
