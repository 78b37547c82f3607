using System.Threading.Channels;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Ledger;

namespace Huatuo.Flow.Tracing;

/// <summary>
/// Decodes the records of tracers that have to look around before they can tell an event, in cgroup files or on other
/// CPUs, on a thread of its own. Bounded: such events are few, and those over the bound are counted as dropped.
/// </summary>
public sealed class SlowLane : IAsyncDisposable
{
    private const int Capacity = 1024;
    private readonly Channel<Action> _work = Channel.CreateBounded<Action>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Task _loop;

    /// <summary>Starts the thread.</summary>
    public SlowLane() => _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Ends after what is waiting.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    /// <summary>A handler for the pump that leaves records here.</summary>
    /// <param name="decoder">Decodes them, on this thread; never throws.</param>
    /// <param name="ledger">Counts those that find no room.</param>
    internal IRecordHandler Behind(IRecordHandler decoder, TracerLedger ledger) => new Entrance(this, decoder, ledger);

    /// <summary>Completes when everything that waits now is done.</summary>
    internal async Task DrainAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _work.Writer.WriteAsync(done.SetResult).ConfigureAwait(false);
            await done.Task.ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            await _loop.ConfigureAwait(false);
        }
    }

    private void Run()
    {
        Thread.CurrentThread.Name = "huatuo-slow";
        while (_work.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (_work.Reader.TryRead(out Action? work))
                work();
    }

    private sealed class Entrance(SlowLane lane, IRecordHandler decoder, TracerLedger ledger) : IRecordHandler
    {
        public void OnRecord(ReadOnlySpan<byte> record)
        {
            byte[] copy = record.ToArray();
            if (lane._work.Writer.TryWrite(() => decoder.OnRecord(copy)))
                return;
            ledger.CountDecoded();
            ledger.CountDropped(DropStage.Queue);
        }
    }
}
