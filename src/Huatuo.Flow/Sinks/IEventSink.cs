using Huatuo.Flow.Ledger;

namespace Huatuo.Flow.Sinks;

/// <summary>A place that documents go to: a file, a store, a server, a terminal.</summary>
/// <remarks>Disposing drains what is pending, within the time the agent has to stop, and counts the rest as dropped.</remarks>
public interface IEventSink : IAsyncDisposable
{
    /// <summary>The label <c>sink</c> and the key in the configuration.</summary>
    string Name { get; }

    /// <summary>Opens the way for one tracer's documents. Called once per tracer before its first document.</summary>
    /// <param name="tracer">The tracer's wire name.</param>
    /// <param name="ledger">Where the sink counts this tracer's documents.</param>
    IEventChannel Open(string tracer, SinkLedger ledger);
}

/// <summary>Takes one tracer's documents into a sink.</summary>
public interface IEventChannel
{
    /// <summary>
    /// Copies one document into the sink's bounded memory and returns at once: it never blocks, never throws and
    /// counts every document as queued or refused. Called from any thread.
    /// </summary>
    /// <param name="document">One JSON object in UTF-8 without a line break.</param>
    void Accept(ReadOnlySpan<byte> document);
}
