using System.Collections.Concurrent;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.LocalFile;

namespace Huatuo.Store.Tests.LocalFile;

/// <summary>A sink on a directory of its own, with what it logged.</summary>
internal sealed class SinkStand : IAsyncDisposable
{
    private readonly bool _ownsDirectory;

    public SinkStand(string? directory = null, long rotateBytes = 100 << 20, int rotateCount = 10, long queueBytes = 8 << 20,
        double drainSeconds = 30, double idleSeconds = 10, TimeProvider? time = null,
        bool compress = false, long maxBytes = 0, double maxAgeSeconds = 0)
    {
        _ownsDirectory = directory is null;
        Directory = directory ?? Path.Combine(System.IO.Directory.CreateTempSubdirectory("huatuo-store-").FullName, "events");
        Options = new LocalFileOptions
        {
            Directory = Directory,
            Bounds = new LocalFileBounds { RotateBytes = rotateBytes, RotateCount = rotateCount, MaxBytes = maxBytes, MaxAge = TimeSpan.FromSeconds(maxAgeSeconds) },
            QueueBytes = queueBytes,
            Compress = compress,
            DrainTime = TimeSpan.FromSeconds(drainSeconds),
            IdleRelease = TimeSpan.FromSeconds(idleSeconds),
        };
        Sink = new LocalFileSink(Options, time ?? TimeProvider.System, Log.Enqueue);
    }

    public string Directory { get; }

    public LocalFileSink Sink { get; }

    /// <summary>What it was started with.</summary>
    public LocalFileOptions Options { get; }

    public ConcurrentQueue<string> Log { get; } = [];

    public string File(string tracer) => Path.Combine(Directory, tracer + ".jsonl");

    public (IEventChannel Channel, SinkLedger Ledger) Open(string tracer)
    {
        var ledger = new SinkLedger(Sink.Name);
        return (Sink.Open(tracer, ledger), ledger);
    }

    /// <summary>Waits for what must come; gives up after a minute.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        long start = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - start < 60_000, $"waited in vain: {what}");
            await Task.Delay(2);
        }
    }

    /// <summary>Waits until nothing is pending.</summary>
    public static Task Settled(params SinkLedger[] ledgers) =>
        Until(() => ledgers.All(l => l.Pending == 0), "documents stay pending");

    public static long Dropped(SinkLedger ledger) => Enum.GetValues<SinkStage>().Sum(ledger.Dropped);

    public static void AssertBalanced(SinkLedger ledger, long accepted) =>
        Assert.Equal(accepted, ledger.Stored + Dropped(ledger) + ledger.DeadLetters + ledger.Pending);

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Path.GetDirectoryName(Directory)!, recursive: true);
    }
}
