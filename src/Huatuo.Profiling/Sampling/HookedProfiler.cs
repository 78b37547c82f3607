using System.Numerics;
using Huatuo.Bpf;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Sampling;

/// <summary>A profiler of <c>weighed.h</c>, whose programs are attached to hooks of the kernel.</summary>
internal sealed class HookedProfiler : IContinuousProfiler
{
    private const string RaisedInterval = "raised_interval";

    private readonly HookedPrograms _programs;
    private readonly BpfObject _object;
    private readonly ProfileRecorder _recorder;
    private readonly List<BpfLink> _links = [];
    private readonly StackPace _pace;
    private int _level;

    private HookedProfiler(HookedPrograms programs, ProfileRecorder recorder)
    {
        (_programs, _object, _recorder) = (programs, programs.Opened, recorder);
        // Who asks for all gets all.
        _pace = new StackPace(programs.Interval > 1 ? programs.MostStacks * (double)Environment.ProcessorCount : 0, Levels, TimeProvider.System);
    }

    /// <inheritdoc/>
    public Profile Profile => _recorder.Profile;

    /// <inheritdoc/>
    public ISplitRecorder Recorder => _recorder;

    /// <inheritdoc/>
    public BpfObject Loaded => _object;

    /// <summary>Each draws by twice the size of the one before.</summary>
    public int Levels => BitOperations.Log2((ulong)Math.Max(1, _programs.MostInterval / _programs.Interval)) + 1;

    /// <summary>Loads some programs of an object, and attaches them.</summary>
    /// <param name="programs">They; the object belongs to the profiler from now on.</param>
    /// <param name="target">Whose events count.</param>
    /// <param name="record">Makes the recorder, when the object is loaded.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static HookedProfiler Start(HookedPrograms programs, ProfileTarget target, Func<BpfObject, Unwinder.Served?, ProfileRecorder> record)
    {
        BpfObject opened = programs.Opened;
        HookedProfiler? profiler = null;
        Unwinder.Served? served = null;
        try
        {
            EventTarget.Set(opened, target, programs.Interval);
            Unwinder.Prepare(opened, programs.Unwinder);
            opened.Choose([.. programs.Names]);
            opened.Load();
            CpuTarget.Fill(opened, target);
            served = programs.Unwinder?.Serve(opened, target);
            profiler = new HookedProfiler(programs, record(opened, served));
            profiler.Attach();
            return profiler;
        }
        catch
        {
            profiler?.Detach();
            served?.Dispose();
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Take()
    {
        _recorder.Take();
        if (_pace.Take(Profile.Kernel.Stacks))
            Draw();
    }

    /// <inheritdoc/>
    public TimeSpan Look() => _recorder.Look();

    /// <summary>Goes on with another size that events are drawn by; each that was drawn has the weight of its own.</summary>
    /// <inheritdoc/>
    public void SetLevel(int level)
    {
        _recorder.Take();
        _level = level;
        Draw();
    }

    /// <inheritdoc/>
    public void Pause() => Stop();

    /// <inheritdoc/>
    public void Resume()
    {
        // What was under way may have ended, and begun again, unseen.
        _programs.Forget(_object);
        _recorder.ForgetHeld();
        Attach();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        Detach();
        _recorder.Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Detach();
        _recorder.Unwinding?.Dispose();
        _object.Dispose();
    }

    private void Draw() =>
        _object.Map<uint, ulong>(RaisedInterval).Set(0, Math.Max(_level, _pace.Level) is > 0 and var level ? (ulong)_programs.Interval << level : 0);

    private void Attach()
    {
        foreach (string program in _programs.Names)
            _links.Add(_object.Attach(program));
    }

    private void Detach()
    {
        _links.ForEach(link => link.Dispose());
        _links.Clear();
    }
}

/// <summary>The programs of a <see cref="HookedProfiler"/>.</summary>
/// <param name="Opened">Their object, with its knobs set.</param>
/// <param name="Names">Those that are loaded, in the order in which they are attached.</param>
/// <param name="Interval">The size from which on every event is taken; from 1.</param>
/// <param name="MostInterval">What it may be raised to.</param>
/// <param name="MostStacks">It is raised while more stacks are taken, a second on each CPU; 0 for no bound.</param>
/// <param name="Forget">Empties the maps of what is under way, while nothing is attached.</param>
/// <param name="Unwinder">Gives tables for stacks; null for frame pointers alone.</param>
internal sealed record HookedPrograms(BpfObject Opened, IReadOnlyList<string> Names, long Interval, long MostInterval, int MostStacks, Action<BpfObject> Forget, Unwinder? Unwinder);
