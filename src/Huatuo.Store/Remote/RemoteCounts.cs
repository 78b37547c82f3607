namespace Huatuo.Store.Remote;

/// <summary>What became of the requests to a server.</summary>
internal sealed class RemoteCounts
{
    private readonly long[] _requests = new long[Enum.GetValues<RequestResult>().Length];

    /// <summary>How many ended so.</summary>
    public long Of(RequestResult result) => Volatile.Read(ref _requests[(int)result]);

    /// <summary>A request ended.</summary>
    public void Count(RequestResult result) => Interlocked.Increment(ref _requests[(int)result]);
}

/// <summary>How a request ended; the label <c>result</c>.</summary>
public enum RequestResult
{
    /// <summary>The server answered for each event.</summary>
    Answered,

    /// <summary>The server asks for less: 429, or 413.</summary>
    Throttled,

    /// <summary>The server refuses the request as a whole for what is in it: 400.</summary>
    Refused,

    /// <summary>There was no answer, or none that is one.</summary>
    Failed,
}
