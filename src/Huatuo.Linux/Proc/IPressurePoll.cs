namespace Huatuo.Linux.Proc;

/// <summary>Told of pressure on files that come and go.</summary>
public interface IPressurePoll : IDisposable
{
    /// <summary>Asks the kernel to tell of a file.</summary>
    /// <param name="path">Such as <c>cpu.pressure</c> of a cgroup.</param>
    /// <param name="percent">Of <see cref="PressurePoll.Window"/> in which some task must wait, above 0 on to 100.</param>
    /// <returns>What it is told as; null when the kernel grants none.</returns>
    ulong? Add(string path, double percent);

    /// <summary>Is told no more of it; nothing when it was removed already.</summary>
    void Remove(ulong key);

    /// <summary>Waits until the kernel tells of some.</summary>
    /// <param name="told">Receives them, each at most once in a window; one may have been removed meanwhile.</param>
    /// <returns>False once it was told to stop, or the kernel tells no more.</returns>
    bool Wait(ICollection<ulong> told);

    /// <summary>Ends the wait of another thread, now or when it begins.</summary>
    void Stop();
}
