using System.Collections.Concurrent;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Spool;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Spool;

/// <summary>A spool in a folder that outlives it, with the ledgers of one run.</summary>
internal sealed class SpoolStand : IAsyncDisposable
{
    private readonly Dictionary<string, (IEventChannel Channel, SinkLedger Ledger)> _tracers = [];
    private readonly Dictionary<string, long> _accepted = [];

    public SpoolStand(string directory, long maxBytes = 256 << 20, long queueBytes = 8 << 20, TimeProvider? time = null)
    {
        Directory = directory;
        Queue = new SpoolQueue("server", new SpoolOptions { Directory = directory, MaxBytes = maxBytes }, queueBytes, time ?? TimeProvider.System, Log.Enqueue);
    }

    public string Directory { get; }

    public SpoolQueue Queue { get; }

    public ConcurrentQueue<string> Log { get; } = [];

    public IEnumerable<string> Segments => System.IO.Directory.EnumerateFiles(Directory, "*.segment").Order(StringComparer.Ordinal);

    /// <summary>A folder that goes when it is disposed.</summary>
    public static TemporaryDirectory Temporary() => new();

    public SinkLedger Ledger(string tracer) => Open(tracer).Ledger;

    public void Accept(string tracer, byte[] document)
    {
        Open(tracer).Channel.Accept(document);
        _accepted[tracer] = _accepted.GetValueOrDefault(tracer) + 1;
    }

    public void Accept(string tracer, IEnumerable<long> numbers, int bytes = 100)
    {
        foreach (long number in numbers)
            Accept(tracer, Numbered.Document(number, bytes));
    }

    /// <summary>Waits until everything that was accepted and not refused is on the disk.</summary>
    public Task KeptAsync() => SinkStand.Until(
        () => Queue.Kept == _tracers.Values.Sum(tracer => tracer.Ledger.Stored + tracer.Ledger.Pending + tracer.Ledger.DeadLetters
            + tracer.Ledger.Dropped(SinkStage.Spool) + tracer.Ledger.Dropped(SinkStage.Write) - tracer.Ledger.Recovered),
        "documents are not kept");

    /// <summary>Waits until what an earlier run left is found.</summary>
    public Task RecoveredAsync(string tracer, long documents) =>
        SinkStand.Until(() => Ledger(tracer).Recovered == documents, $"{documents} documents are recovered");

    /// <summary>Delivers what is there, a batch at a time, and gives the documents back in order.</summary>
    public List<(string Tracer, byte[] Document)> Deliver(int batches = int.MaxValue, int mostDocuments = 100)
    {
        List<(string Tracer, byte[] Document)> delivered = [];
        for (int i = 0; i < batches && Queue.Reader.TryRead(64 << 10, mostDocuments) is { } batch; i++)
        {
            foreach (SpooledDocument document in batch.Documents)
            {
                delivered.Add((document.Tracer, batch.Bytes(document).ToArray()));
                Queue.Segments.Store(batch.Segment!, document.Tracer, 1);
            }
            Queue.Reader.Acknowledge(batch);
        }
        return delivered;
    }

    public IEnumerable<long> DeliverNumbers(int batches = int.MaxValue, int mostDocuments = 100) =>
        Deliver(batches, mostDocuments).Select(delivered => Number(delivered.Document));

    public static long Number(byte[] document) => System.Text.Json.JsonDocument.Parse(document).RootElement.GetProperty("n").GetInt64();

    /// <summary>Asserts the invariant of every tracer's ledger.</summary>
    public void AssertBalanced()
    {
        foreach ((string tracer, (_, SinkLedger ledger)) in _tracers)
        {
            Assert.Equal(
                _accepted.GetValueOrDefault(tracer) + ledger.Recovered,
                ledger.Stored + SinkStand.Dropped(ledger) + ledger.DeadLetters + ledger.Pending);
            Assert.True(ledger.Pending >= 0, $"{ledger.Pending} documents are pending");
        }
    }

    public ValueTask DisposeAsync() => Queue.DisposeAsync();

    private (IEventChannel Channel, SinkLedger Ledger) Open(string tracer)
    {
        if (!_tracers.TryGetValue(tracer, out var open))
        {
            var ledger = new SinkLedger("server");
            _tracers.Add(tracer, open = (Queue.Open(tracer, ledger), ledger));
        }
        return open;
    }
}

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("huatuo-spool-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
