using Huatuo.Bench.Lines;
using Huatuo.Bench.Site;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Bench.Spool;

/// <summary>A sink that keeps documents in memory, to send the same again and again.</summary>
internal sealed class CapturedDocuments : IEventSink, IEventChannel
{
    private readonly List<byte[]> _documents = [];
    private SinkLedger? _ledger;

    public string Name => "captured";

    /// <summary>Documents as the agent makes them of records of dropwatch.</summary>
    internal static async Task<IReadOnlyList<byte[]>> MakeAsync(BenchRun run, int count)
    {
        using var owner = new NamespaceOwner();
        RecordCorpus corpus = RecordCorpus.Create(await owner.InodeAsync(run.Stop));
        await using var site = new FlowSite();
        await site.Stacks.Symbols.ReadyAsync();
        await site.Netns.RefreshAsync();
        await using var captured = new CapturedDocuments();
        new LinesPipeline(site, corpus, [captured]).Run(count);
        return captured._documents;
    }

    public IEventChannel Open(string tracer, SinkLedger ledger)
    {
        _ledger = ledger;
        return this;
    }

    public void Accept(ReadOnlySpan<byte> document)
    {
        _documents.Add(document.ToArray());
        _ledger!.Queue();
        _ledger.Store(1);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
