using Huatuo.Bpf;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Tests.Continuous;

/// <summary>A profiler that gives, each time, one sample for each cgroup that it is told.</summary>
internal sealed class FakeProfiler : IContinuousProfiler, ISplitRecorder
{
    internal List<string> Calls { get; } = [];

    internal List<ulong> Cgroups { get; } = [];

    internal Exception? Fault { get; set; }

    internal TimeSpan LookPause { get; set; } = Timeout.InfiniteTimeSpan;

    internal Action? Looked { get; set; }

    internal Action? Taken { get; set; }

    public Profile Profile { get; private set; } = new(ProfileKind.OnCpu, new FrameTable());

    public ISplitRecorder Recorder => this;

    public BpfObject Loaded => null!;

    public int Levels => 3;

    public long PeriodNanoseconds { get; private set; } = 1000;

    public Func<ulong, Profile?>? Split { get; set; }

    public void Renew(int mostFrames) => Profile = new Profile(ProfileKind.OnCpu, Profile.Frames) { PeriodNanoseconds = PeriodNanoseconds };

    public TimeSpan Look()
    {
        if (Fault is { } fault)
            throw fault;
        Looked?.Invoke();
        return LookPause;
    }

    public void Take()
    {
        if (Fault is { } fault)
            throw fault;
        Taken?.Invoke();
        foreach (ulong cgroup in Cgroups)
        {
            if (Split!(cgroup) is { } profile)
                profile.Stacks.Add([profile.Frames.Intern(new Frame("busy", "", FrameKind.Process)), profile.Frames.Intern(new Frame("spin", "busy", FrameKind.User))], 1, PeriodNanoseconds);
            else
                Profile.Dropped++;
        }
    }

    public void SetLevel(int level)
    {
        Calls.Add($"level {level}");
        PeriodNanoseconds = 1000 << level;
    }

    public void Pause() => Calls.Add("pause");

    public void Resume() => Calls.Add("resume");

    public void Stop()
    {
        Take();
        Calls.Add("stop");
    }

    public void Dispose() => Calls.Add("dispose");
}
