namespace Huatuo.Profiling;

/// <summary>A profile that is being taken, until it is disposed of. Used by one thread at a time.</summary>
internal interface IProfiler : IDisposable
{
    /// <summary>What was taken so far.</summary>
    Profile Profile { get; }

    /// <summary>Takes the samples that are in the kernel; to be called a few times a second, while the processes are there.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    void Take();

    /// <summary>Ends the sampling and takes what is left.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    void Stop();
}
