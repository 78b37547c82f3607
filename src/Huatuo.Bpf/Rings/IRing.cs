namespace Huatuo.Bpf.Rings;

/// <summary>One tracer's way from the kernel, whatever its transport. Read by one thread at a time.</summary>
public interface IRing : IDisposable
{
    /// <summary>How long records may lie unannounced; the pump looks at least this often.</summary>
    TimeSpan IdlePoll { get; }

    /// <summary>Descriptors that become readable on a wake-up. Called after <see cref="Refresh"/> reported a change.</summary>
    IReadOnlyList<int> Descriptors { get; }

    /// <summary>Whether nothing lies in it.</summary>
    bool IsEmpty { get; }

    /// <summary>Hands over at most <paramref name="limit"/> records that are ready.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="InvalidDataException">The ring's own structure is damaged.</exception>
    int Drain(IRecordHandler handler, int limit);

    /// <summary>Looks for CPUs that came online since.</summary>
    /// <returns>Whether <see cref="Descriptors"/> changed.</returns>
    bool Refresh();

    /// <summary>Records that the kernel itself says it lost; a cross-check of what the program counted.</summary>
    long ReportedLost { get; }
}
