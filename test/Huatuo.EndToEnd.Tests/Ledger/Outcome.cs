using Huatuo.EndToEnd.Tests.Metrics;

namespace Huatuo.EndToEnd.Tests.Ledger;

/// <summary>What one scenario led to.</summary>
/// <param name="Rests">Scrapes of the flow at rest, in order.</param>
/// <param name="Sent">Packets sent that netfilter dropped.</param>
/// <param name="StoredLines">Whole lines in the file at the end.</param>
internal sealed record Outcome(IReadOnlyList<Scrape> Rests, int Sent, int StoredLines)
{
    /// <summary>The last rest.</summary>
    public Scrape Last => Rests[^1];
}
