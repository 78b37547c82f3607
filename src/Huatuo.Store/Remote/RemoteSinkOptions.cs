namespace Huatuo.Store.Remote;

/// <summary>What every sink with a server can be told.</summary>
public sealed record RemoteSinkOptions
{
    /// <summary>The servers; of several each is asked in turn.</summary>
    public required IReadOnlyList<Uri> Addresses { get; init; }

    /// <summary>Where documents wait, <c>&lt;data-dir&gt;/spool/&lt;sink&gt;</c>. Made (0750) when it is missing.</summary>
    public required string SpoolDirectory { get; init; }

    /// <summary>Who this is.</summary>
    public RemoteCredentials Credentials { get; init; } = new() { Kind = CredentialKind.None };

    /// <summary>A PEM file of the authorities that a server's certificate must come from; empty for those of the system.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Whether requests are compressed (gzip).</summary>
    public bool Compress { get; init; } = true;

    /// <summary>Documents of so many bytes go into a request at most; a longer one goes alone.</summary>
    public int BatchBytes { get; init; } = 1 << 20;

    /// <summary>So many documents go into a request at most.</summary>
    public int BatchEvents { get; init; } = 1000;

    /// <summary>How long a document waits for others, so that a request takes many.</summary>
    public TimeSpan BatchInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server has for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bound of the documents on the disk, in bytes; the oldest go.</summary>
    public long SpoolBytes { get; init; } = 256 << 20;

    /// <summary>Bound of the memory in which documents wait for the disk, in bytes; at least 64 KiB.</summary>
    public long QueueBytes { get; init; } = 8 << 20;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfZero(Addresses.Count);
        ArgumentException.ThrowIfNullOrEmpty(SpoolDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchEvents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(QueueBytes, 1 << 30);
    }
}
