using System.Collections.Concurrent;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Search;
using Huatuo.Store.Sqlite;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Search;

namespace Huatuo.Store.Tests.Sqlite;

/// <summary>An event store in a folder of its own, with what it logged.</summary>
internal sealed class StoreStand : IAsyncDisposable
{
    private readonly bool _ownsDirectory;
    private readonly Dictionary<string, (IEventChannel Channel, SinkLedger Ledger)> _tracers = [];

    public StoreStand(string? directory = null, long maxBytes = 1 << 30, double maxAgeSeconds = 1e6, long queueBytes = 8 << 20, TimeProvider? time = null)
    {
        _ownsDirectory = directory is null;
        Directory = directory ?? System.IO.Directory.CreateTempSubdirectory("huatuo-events-").FullName;
        Options = new SqliteSinkOptions
        {
            Path = Path,
            MaxBytes = maxBytes,
            MaxAge = TimeSpan.FromSeconds(maxAgeSeconds),
            QueueBytes = queueBytes,
            DrainTime = TimeSpan.FromSeconds(30),
        };
        Sink = new SqliteSink(Options, time ?? TimeProvider.System, Log.Enqueue);
    }

    public string Directory { get; }

    public string Path => System.IO.Path.Combine(Directory, "events.db");

    public SqliteSink Sink { get; }

    /// <summary>What it was started with.</summary>
    public SqliteSinkOptions Options { get; }

    public ConcurrentQueue<string> Log { get; } = [];

    public IEnumerable<SinkLedger> Ledgers => _tracers.Values.Select(tracer => tracer.Ledger);

    public (IEventChannel Channel, SinkLedger Ledger) Open(string tracer)
    {
        if (!_tracers.TryGetValue(tracer, out var open))
        {
            var ledger = new SinkLedger(Sink.Name);
            _tracers.Add(tracer, open = (Sink.Open(tracer, ledger), ledger));
        }
        return open;
    }

    /// <summary>Accepts documents in order, waiting for room, and waits until they are stored.</summary>
    public async Task StoreAsync(IEnumerable<byte[]> documents)
    {
        foreach (byte[] document in documents)
        {
            await SinkStand.Until(() => Ledgers.Sum(ledger => ledger.Pending) < 1000, "nothing is stored");
            Open(Sample.Tracer(document)).Channel.Accept(document);
        }
        await SinkStand.Settled([.. Ledgers]);
        Assert.Equal(0, Ledgers.Sum(SinkStand.Dropped));
    }

    /// <summary>What a search finds.</summary>
    public List<byte[]> Find(EventQuery query) => Find(Path, query);

    public static List<byte[]> Find(string path, EventQuery query)
    {
        using EventReader reader = EventReader.Open(path);
        List<byte[]> found = [];
        reader.Search(query, after: 0, document => found.Add(document.ToArray()));
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
