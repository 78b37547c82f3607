namespace Huatuo.Store.Remote;

/// <summary>What one kind of server takes documents as, and how it answers. Used by one loop.</summary>
internal interface IRemoteProtocol
{
    /// <summary>The type of the content.</summary>
    string ContentType { get; }

    /// <summary>Whether the answer does not tell which documents were refused, only how many: then a request holds those of one
    /// tracer, so that each tracer's ledger is right.</summary>
    bool CountsRefusals { get; }

    /// <summary>Where requests go.</summary>
    /// <param name="root">The server's address as it is configured.</param>
    Uri Target(Uri root);

    /// <summary>Adds a document to a request.</summary>
    /// <param name="body">The request.</param>
    /// <param name="tracer">Its tracer.</param>
    /// <param name="document">One JSON object.</param>
    /// <returns>Null, or why this document can never be sent; nothing was added then.</returns>
    string? Add(RequestBody body, string tracer, ReadOnlySpan<byte> document);

    /// <summary>Starts a request.</summary>
    void Begin(RequestBody body);

    /// <summary>Completes a request.</summary>
    void End(RequestBody body);

    /// <summary>Whether an answer to a whole request says that what was sent is wrong, however often it is sent.</summary>
    /// <param name="reply">The answer; not a success.</param>
    Refusal Judge(in RemoteReply reply);

    /// <summary>The server's words in an answer to a whole request, short enough for a line of the log.</summary>
    /// <param name="reply">The answer; not a success.</param>
    string Explain(in RemoteReply reply);

    /// <summary>Reads the answer to a request that was taken.</summary>
    /// <param name="reply">The content.</param>
    /// <param name="outcomes">What became of each document, in the order of the request.</param>
    /// <returns>Null, or why this is no answer.</returns>
    string? Read(ReadOnlySpan<byte> reply, Span<Outcome> outcomes);
}

/// <summary>What became of one document.</summary>
/// <param name="Kind">In a word.</param>
/// <param name="Reason">Why, when it was not delivered.</param>
/// <param name="IsKnown">Whether it is this document; else as many as have this outcome are meant, and not which.</param>
internal readonly record struct Outcome(OutcomeKind Kind, string Reason = "", bool IsKnown = true);

/// <summary>What became of one document.</summary>
internal enum OutcomeKind
{
    /// <summary>The server did not take it now.</summary>
    Waits,

    /// <summary>The server does not take it until somebody changes something there.</summary>
    Blocked,

    /// <summary>The server has it.</summary>
    Delivered,

    /// <summary>The server never takes it.</summary>
    Refused,
}

/// <summary>What an answer to a whole request says about what was sent.</summary>
internal enum Refusal
{
    /// <summary>Nothing: the same request may be taken later.</summary>
    None,

    /// <summary>The server never takes it as it is.</summary>
    Certain,

    /// <summary>It may never be taken, or the answer comes from another server than is meant.</summary>
    Doubtful,
}
