namespace Huatuo.Profiling.Sampling;

/// <summary>Makes profiles of samples, of one profile after the other, split by cgroup.</summary>
internal interface ISplitRecorder
{
    /// <summary>The profile that is being made.</summary>
    Profile Profile { get; }

    /// <summary>Time that a sample stands for; 0 where the kernel measures it.</summary>
    long PeriodNanoseconds { get; }

    /// <summary>The profile that samples of a cgroup go to, with the frames of <see cref="Profile"/>; null for one of all. What has none is dropped.</summary>
    Func<ulong, Profile?>? Split { set; }

    /// <summary>Begins a new profile, with all names that are known.</summary>
    /// <param name="mostFrames">With more frames, all are forgotten and looked up anew.</param>
    void Renew(int mostFrames);
}
