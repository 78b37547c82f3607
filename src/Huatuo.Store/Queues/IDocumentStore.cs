using Huatuo.Flow.Ledger;

namespace Huatuo.Store.Queues;

/// <summary>Keeps documents a batch at a time, each batch whole or not at all. Used by one thread.</summary>
internal interface IDocumentStore
{
    /// <summary>Starts a batch.</summary>
    /// <exception cref="StoreException">Not now.</exception>
    void Begin();

    /// <summary>Adds one document to the batch.</summary>
    /// <param name="lane">Whose it is.</param>
    /// <param name="document">One JSON object.</param>
    /// <returns>False when this document can never be kept; the batch goes on without it.</returns>
    /// <exception cref="StoreException">The batch cannot be kept.</exception>
    bool Add(DocumentLane lane, ReadOnlySpan<byte> document);

    /// <summary>Ends the batch; afterwards it survives the end of the process.</summary>
    /// <exception cref="StoreException">The batch was not kept.</exception>
    void Commit();

    /// <summary>Takes back what is left of a batch after an exception. Does not throw.</summary>
    void Rollback();

    /// <summary>Counts kept documents.</summary>
    void Count(SinkLedger ledger, long documents);

    /// <summary>Upkeep while nothing waits. Does not throw.</summary>
    /// <returns>How long until it is wanted again, infinite for not before the next batch.</returns>
    TimeSpan Rest();

    /// <summary>Lets go of the medium. Does not throw.</summary>
    void Close();
}
