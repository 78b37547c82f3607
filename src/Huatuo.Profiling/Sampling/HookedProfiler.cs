using Huatuo.Bpf;

namespace Huatuo.Profiling.Sampling;

/// <summary>A profiler whose programs are attached to hooks of the kernel.</summary>
internal sealed class HookedProfiler : IProfiler
{
    private readonly BpfObject _object;
    private readonly ProfileRecorder _recorder;
    private readonly List<BpfLink> _links = [];

    private HookedProfiler(BpfObject loaded, ProfileRecorder recorder) => (_object, _recorder) = (loaded, recorder);

    /// <inheritdoc/>
    public Profile Profile => _recorder.Profile;

    /// <summary>Loads some programs of an object, and attaches them.</summary>
    /// <param name="opened">It, with its knobs set; belongs to the profiler from now on.</param>
    /// <param name="target">Whose events count.</param>
    /// <param name="interval">The size from which on every event is taken; from 1.</param>
    /// <param name="programs">Those that are loaded, in the order in which they are attached.</param>
    /// <param name="record">Makes the recorder, when the object is loaded.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static HookedProfiler Start(BpfObject opened, ProfileTarget target, long interval, IReadOnlyList<string> programs, Func<BpfObject, ProfileRecorder> record)
    {
        HookedProfiler? profiler = null;
        try
        {
            EventTarget.Set(opened, target, interval);
            opened.Choose([.. programs]);
            opened.Load();
            EventTarget.SetCpus(opened, target);
            profiler = new HookedProfiler(opened, record(opened));
            foreach (string program in programs)
                profiler._links.Add(opened.Attach(program));
            return profiler;
        }
        catch
        {
            profiler?.Detach();
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Take() => _recorder.Take();

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
        _object.Dispose();
    }

    private void Detach()
    {
        _links.ForEach(link => link.Dispose());
        _links.Clear();
    }
}
