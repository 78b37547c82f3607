namespace Huatuo.Store.Queues;

/// <summary>What one tracer holds of a <see cref="BlockPool"/>.</summary>
internal sealed class BlockShare
{
    /// <summary>Blocks held; guarded by the pool.</summary>
    public int Held { get; set; }
}
