namespace Huatuo.Store.Remote;

/// <summary>How servers are spoken to.</summary>
internal sealed class RemoteClientOptions
{
    /// <summary>Who this is.</summary>
    public required RemoteCredentials Credentials { get; init; }

    /// <summary>A PEM file of the authorities that a server's certificate must come from; empty for those of the system.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>For one request with its answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of an answer that are read; a longer one is none.</summary>
    public int LongestReply { get; init; } = 16 << 20;
}
