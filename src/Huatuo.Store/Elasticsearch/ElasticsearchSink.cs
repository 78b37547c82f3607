using Huatuo.Store.Remote;

namespace Huatuo.Store.Elasticsearch;

/// <summary>Keeps documents in Elasticsearch 7, 8 or 9, or in OpenSearch, each once by its <c>id</c>.</summary>
/// <remarks>
/// A document is created, never changed, under its own identifier in an index that depends on its own time alone, so that sending it
/// again changes nothing. What the server refuses for good, such as a field that does not fit the index's mapping, is a dead letter;
/// everything else is tried again.
/// </remarks>
public sealed class ElasticsearchSink : RemoteSink
{
    /// <summary>The sink's name.</summary>
    public const string SinkName = "elasticsearch";

    /// <summary>Starts the sink; nothing waits for a server.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="index">Where documents go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Takes one line about a failure or a recovery; called on several threads; must not throw.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ElasticsearchSink(RemoteSinkOptions options, IndexName index, TimeProvider time, Action<string> log)
        : base(SinkName, options, new BulkProtocol(index), time, log)
    {
    }
}
