namespace Huatuo.Store.Search;

/// <summary>What is known of a partition without looking at its events.</summary>
/// <param name="N">Its number.</param>
/// <param name="FirstId">The number of its first event.</param>
/// <param name="LagNs">The greatest time by which an event arrived after it had happened.</param>
/// <param name="LeadNs">The greatest time by which an event arrived before.</param>
internal sealed record PartitionBounds(long N, long FirstId, long LagNs, long LeadNs);
