namespace Huatuo.Store.Queues;

/// <summary>How a writer thread works.</summary>
internal sealed class WriterOptions
{
    /// <summary>The thread's name.</summary>
    public required string Name { get; init; }

    /// <summary>How long the first document after a pause waits for others, so that one write takes many.</summary>
    public required TimeSpan Gather { get; init; }

    /// <summary>How long stopping may take to write what waits.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Queue memory that was not needed for this long is given back to the system.</summary>
    public TimeSpan IdleRelease { get; init; } = TimeSpan.FromSeconds(10);
}
