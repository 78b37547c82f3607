using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;

namespace Huatuo.Runtimes;

/// <summary>
/// Asks one runtime for names: from the first container on, when containers appear that it has not named, and now and then.
/// A runtime that fails is asked again after a time that grows to 5 minutes; one that is not there is looked for every 10 s.
/// </summary>
public sealed class RuntimeLoop : IContainerObserver, INameSourceState, IAsyncDisposable
{
    /// <summary>How long one question may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static readonly TimeSpan Refresh = TimeSpan.FromMinutes(5);
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    // A container is in its cgroup before its runtime tells of it.
    private static readonly TimeSpan[] s_waits = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private readonly IRuntime _runtime;
    private readonly IContainers _containers;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private readonly SemaphoreSlim _appeared = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IDisposable _observation;
    private readonly Task _loop;
    private long _answers;
    private long _failures;
    private bool _isUp;
    private bool _wasSaid;

    /// <param name="runtime">Who is asked; disposed of with this.</param>
    /// <param name="containers">Whose names are wanted.</param>
    /// <param name="time">Time.</param>
    /// <param name="log">Told once when it begins to fail, and when it answers again.</param>
    public RuntimeLoop(IRuntime runtime, IContainers containers, TimeProvider time, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        ArgumentNullException.ThrowIfNull(containers);
        _runtime = runtime;
        _containers = containers;
        _time = time;
        _log = log;
        _observation = containers.Observe(this);
        _loop = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public string Name => _runtime.Name;

    /// <inheritdoc/>
    public bool IsUp => Volatile.Read(ref _isUp);

    /// <inheritdoc/>
    public long Answers => Interlocked.Read(ref _answers);

    /// <inheritdoc/>
    public long Failures => Interlocked.Read(ref _failures);

    /// <inheritdoc/>
    public void Appeared(Container container) => _appeared.Release();

    /// <inheritdoc/>
    public void Ended(Container container)
    {
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _observation.Dispose();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
        _runtime.Dispose();
    }

    private async Task RunAsync()
    {
        var backOff = new BackOff();
        try
        {
            if (_containers.Live.Count == 0)
                await _appeared.WaitAsync(_stop.Token).ConfigureAwait(false);
            while (true)
            {
                if (_runtime.Absent is not null)
                {
                    Volatile.Write(ref _isUp, false);
                    await Task.Delay(Look, _time, _stop.Token).ConfigureAwait(false);
                }
                else if (await AskAsync().ConfigureAwait(false))
                {
                    backOff.Reset();
                    await FollowAsync().ConfigureAwait(false);
                }
                else
                {
                    await Task.Delay(backOff.Next(), _time, _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Asks for those that appear, until a question fails or all are to be asked for anew.</summary>
    private async Task FollowAsync()
    {
        long asked = _time.GetTimestamp();
        int step = 0;
        while (true)
        {
            bool isNamed = _containers.Live.All(container => container.Sources.Contains(_runtime.Source));
            TimeSpan rest = Refresh - _time.GetElapsedTime(asked);
            if (rest <= TimeSpan.Zero)
                return;
            if (isNamed || step == s_waits.Length)
            {
                if (!await AppearedWithinAsync(rest).ConfigureAwait(false))
                    return;
                step = 0;
                continue;
            }
            if (step > 0 && await AppearedWithinAsync(s_waits[step]).ConfigureAwait(false))
                step = 0;
            if (step == 0)
                await Task.Delay(s_waits[0], _time, _stop.Token).ConfigureAwait(false);
            Drain();
            if (!await AskAsync().ConfigureAwait(false))
                return;
            step++;
        }
    }

    private async Task<bool> AskAsync()
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        try
        {
            IReadOnlyDictionary<string, ContainerNames> names = await _runtime.ListAsync(either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            foreach (Container container in _containers.Known)
                if (names.TryGetValue(container.Id, out ContainerNames? told))
                    container.Tell(_runtime.Source, told);
            Interlocked.Increment(ref _answers);
            if (_wasSaid)
                _log($"{Name} answers again");
            _wasSaid = false;
            Volatile.Write(ref _isUp, true);
            return true;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException && !(fault is OperationCanceledException && _stop.IsCancellationRequested))
        {
            Interlocked.Increment(ref _failures);
            // One that never answered is none of this host's, as a rule.
            if (IsUp && !_wasSaid)
            {
                _wasSaid = true;
                _log($"{Name} does not answer: {(fault is OperationCanceledException ? $"nothing within {Patience.TotalSeconds:0} s" : fault.Message)}");
            }
            Volatile.Write(ref _isUp, false);
            return false;
        }
    }

    private void Drain()
    {
        while (_appeared.Wait(0))
        {
        }
    }

    private async Task<bool> AppearedWithinAsync(TimeSpan time)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task appeared = _appeared.WaitAsync(end.Token);
        Task over = Task.Delay(time, _time, end.Token);
        await Task.WhenAny(appeared, over).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        try
        {
            await appeared.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
