using Huatuo.Bpf;
using Huatuo.Flow.Containers;

namespace Huatuo.Profiling.Continuous;

/// <summary>
/// One profiler that goes on for ever: takes its samples while the processes are there, cuts them into windows, and keeps
/// what it costs within its budget. Used by one thread at a time, but for <see cref="Counts"/>.
/// </summary>
internal sealed class ContinuousProfiler : IDisposable
{
    // With more frames than this, code that was compiled for processes long gone is most of them.
    private const int MostFrames = 1 << 16;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly ContinuousSettings _settings;
    private readonly Func<IContinuousProfiler> _start;
    private readonly IProfilerCost _cost;
    private readonly TimeProvider _time;
    private readonly Action<ContinuousProfiler, Container?, Profile> _store;
    private readonly Action<string> _warn;
    private IContinuousProfiler? _profiler;
    private RateControl _rate = new(1, 1);
    private ProfileWindow? _window;
    private long _began, _failedAt;
    private TimeSpan _own, _programs, _measured;
    private bool _isMeasuring;
    private int _pause;

    /// <param name="settings">What holds for it.</param>
    /// <param name="start">Starts the profiler.</param>
    /// <param name="cost">Measures it.</param>
    /// <param name="time">Time.</param>
    /// <param name="store">Takes each profile of a window.</param>
    /// <param name="warn">Told what goes wrong.</param>
    internal ContinuousProfiler(ContinuousSettings settings, Func<IContinuousProfiler> start, IProfilerCost cost, TimeProvider time, Action<ContinuousProfiler, Container?, Profile> store, Action<string> warn)
    {
        (_settings, _start, _cost, _time, _store, _warn) = (settings, start, cost, time, store, warn);
        Counts = new ContinuousCounts(settings.Name);
    }

    /// <summary>Its name.</summary>
    internal string Name => _settings.Name;

    /// <summary>What it did.</summary>
    internal ContinuousCounts Counts { get; }

    /// <summary>When the window began that was cut last, by the clock of the kernel's events.</summary>
    internal DateTimeOffset WindowStart { get; private set; }

    /// <summary>Takes what there is, and cuts a window when it is over; to be called a few times a second. Never throws: nobody is above its thread.</summary>
    internal void Step()
    {
        if (_profiler is { } profiler)
            Try(() => Step(profiler));
        else if (_failedAt == 0 || _time.GetElapsedTime(_failedAt) >= s_patience)
            Try(Start);
    }

    /// <summary>Looks at processes that were sampled for the first time. Never throws.</summary>
    /// <inheritdoc cref="IProfiler.Look"/>
    internal TimeSpan Look()
    {
        TimeSpan pause = Timeout.InfiniteTimeSpan;
        if (_profiler is { } profiler && _pause == 0)
            Try(() =>
            {
                TimeSpan before = _cost.OwnTime;
                pause = profiler.Look();
                _own += _cost.OwnTime - before;
            });
        return pause;
    }

    /// <summary>Ends it, and stores what is left.</summary>
    internal void Stop()
    {
        if (_profiler is not { } profiler)
            return;
        Try(() =>
        {
            if (_pause == 0)
            {
                profiler.Stop();
                Cut(profiler, _time.GetElapsedTime(_began));
            }
        });
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _profiler?.Dispose();
        _profiler = null;
        (_cost as IDisposable)?.Dispose();
        _isMeasuring = false;
        Counts.IsRunning = false;
    }

    private void Start()
    {
        IContinuousProfiler profiler = _start();
        _profiler = profiler;
        _rate = new RateControl(_settings.Budget, profiler.Levels);
        _pause = 0;
        Counts.Begin();
        Counts.IsRunning = true;
        Begin(profiler);
    }

    private void Step(IContinuousProfiler profiler)
    {
        TimeSpan elapsed = _time.GetElapsedTime(_began);
        if (_pause > 0)
        {
            if (elapsed < _settings.Window * _pause)
                return;
            Counts.PausedWindows += _pause;
            _pause = 0;
            profiler.Resume();
            Begin(profiler);
            return;
        }
        TimeSpan before = _cost.OwnTime;
        profiler.Take();
        Counts.Take(profiler.Profile);
        if (_isMeasuring)
            Measure(profiler, elapsed);
        bool isOver = elapsed >= _settings.Window;
        if (isOver)
            Cut(profiler, elapsed);
        _own += _cost.OwnTime - before;
        if (isOver)
            Adapt(profiler, elapsed);
    }

    // Measuring costs every run of every program, so it is done for the first part of a window only.
    private void Measure(IContinuousProfiler profiler, TimeSpan elapsed)
    {
        _isMeasuring = false;
        _programs = _cost.End(profiler);
        _measured = elapsed;
    }

    private void Adapt(IContinuousProfiler profiler, TimeSpan elapsed)
    {
        double programs = _measured > TimeSpan.Zero ? _programs / _measured : 0;
        double cost = (_own / elapsed + programs) / _settings.Cpus;
        int level = _rate.Level;
        _rate.Take(cost);
        Counts.Windows++;
        (Counts.Cost, Counts.Level, Counts.Lowered, Counts.Raised) = (cost, _rate.Level, _rate.Lowered, _rate.Raised);
        _pause = _rate.Pause;
        // What comes until the change is done belongs to the new window.
        Begin(profiler);
        if (_rate.Level != level)
            profiler.SetLevel(_rate.Level);
        if (_pause == 0)
            return;
        profiler.Pause();
        Cut(profiler, _time.GetElapsedTime(_began));
    }

    private void Begin(IContinuousProfiler profiler)
    {
        profiler.Recorder.Renew(MostFrames);
        _window = new ProfileWindow(profiler.Recorder, _settings.ContainerOf);
        profiler.Recorder.Split = _window.Of;
        _began = _time.GetTimestamp();
        WindowStart = _time.GetUtcNow();
        (_own, _programs, _measured) = (TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
        _isMeasuring = _pause == 0;
        if (_isMeasuring)
            _cost.Begin(profiler);
    }

    private void Cut(IContinuousProfiler profiler, TimeSpan elapsed)
    {
        Counts.Take(profiler.Profile);
        Counts.Dropped += profiler.Profile.Dropped;
        foreach ((Container? container, Profile profile) in _window!.All)
        {
            profile.Start = WindowStart;
            profile.PeriodNanoseconds = profiler.Recorder.PeriodNanoseconds;
            profile.Duration = elapsed;
            _store(this, container, profile);
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _failedAt = _time.GetTimestamp();
            Counts.Failures++;
            _warn($"profiling: {Name}: {(fault is BpfException ? fault.Message : fault)}; tried again in a minute");
            Dispose();
        }
    }
}

/// <summary>What holds for a profiler that goes on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Window">How long a window is.</param>
/// <param name="Budget">The share of the machine's CPU time that it may take.</param>
/// <param name="Cpus">How many CPUs the machine has.</param>
/// <param name="ContainerOf">The container that a cgroup is in.</param>
internal sealed record ContinuousSettings(string Name, TimeSpan Window, double Budget, int Cpus, Func<ulong, Container?> ContainerOf);
