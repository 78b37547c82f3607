using Huatuo.Flow.Ledger;

namespace Huatuo.Store.Queues;

/// <summary>A medium did not take a batch; it may take it later.</summary>
/// <param name="stage">Where a document is lost that this keeps from being stored.</param>
/// <param name="message">What failed, on what, and the reason.</param>
internal sealed class StoreException(SinkStage stage, string message) : Exception(message)
{
    /// <summary>Where a document is lost that this keeps from being stored.</summary>
    public SinkStage Stage => stage;
}
