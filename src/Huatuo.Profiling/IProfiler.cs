namespace Huatuo.Profiling;

/// <summary>A profile that is being taken, until it is disposed of. Used by one thread at a time.</summary>
internal interface IProfiler : IDisposable
{
    /// <summary>What was taken so far.</summary>
    Profile Profile { get; }

    /// <summary>Takes the samples that are in the kernel; to be called a few times a second, while the processes are there.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    void Take();

    /// <summary>Looks at processes that were sampled for the first time, as they may be gone when samples are taken.</summary>
    /// <returns>After what time to look again; infinite for never.</returns>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    TimeSpan Look();

    /// <summary>Ends the sampling and takes what is left.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    void Stop();
}
