namespace Huatuo.Store.LocalFile;

/// <summary>
/// Writes what the channels hold. The first document after a pause wakes it; it then waits a little, so that under load
/// one write takes many documents. Sleeps without a timer while there is nothing to do.
/// </summary>
internal sealed class WriterThread
{
    // A quarter of the 20 ms that a document may be lost by killing the process.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);

    private readonly object _gate = new();
    private readonly BlockPool _pool;
    private readonly TimeProvider _time;
    private readonly TimeSpan _trimInterval;
    private readonly TimeSpan _drainTime;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LocalFileChannel[] _channels = [];
    private long _trimmedAt;
    private int _awake;
    private int _hurried;
    private volatile bool _stopping;

    public WriterThread(BlockPool pool, LocalFileOptions options, TimeProvider time)
    {
        _pool = pool;
        _time = time;
        _trimInterval = options.IdleRelease / 2;
        _drainTime = options.DrainTime;
        _trimmedAt = time.GetTimestamp();
        new Thread(Run, 256 << 10) { Name = "local-write", IsBackground = true }.Start();
    }

    /// <summary>Ends when the thread has ended after <see cref="Stop"/>.</summary>
    public Task Done => _done.Task;

    /// <summary>The channels, in the order of their opening.</summary>
    public IReadOnlyList<LocalFileChannel> Channels => Volatile.Read(ref _channels);

    /// <summary>Adds a channel. Called by one thread at a time.</summary>
    public void Add(LocalFileChannel channel)
    {
        Volatile.Write(ref _channels, [.. _channels, channel]);
        Wake();
    }

    /// <summary>There is something to write.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0)
            Pulse();
    }

    /// <summary>There is so much to write that it should not wait for more.</summary>
    public void Hurry()
    {
        if (Volatile.Read(ref _hurried) == 0 && Interlocked.Exchange(ref _hurried, 1) == 0)
            Pulse();
    }

    /// <summary>Writes what waits, once more and as long as stopping may take, and ends. The channels are closed.</summary>
    public void Stop()
    {
        _stopping = true;
        Pulse();
    }

    private void Run()
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        while (!_stopping)
        {
            WaitFor(ref _awake, wait);
            if (Volatile.Read(ref _awake) != 0)
                WaitFor(ref _hurried, Gather);
            Interlocked.Exchange(ref _awake, 0);
            Interlocked.Exchange(ref _hurried, 0);

            wait = Timeout.InfiniteTimeSpan;
            foreach (LocalFileChannel channel in Volatile.Read(ref _channels))
                wait = Sooner(wait, channel.Attend(lastTry: false));
            wait = Sooner(wait, Trim());
        }
        Drain();
        _done.SetResult();
    }

    private void Drain()
    {
        long start = _time.GetTimestamp();
        foreach (LocalFileChannel channel in _channels)
        {
            if (_time.GetElapsedTime(start) < _drainTime)
                channel.Attend(lastTry: true);
            channel.Abandon();
        }
        foreach (LocalFileChannel channel in _channels)
            channel.CloseFile();
        _pool.Dispose();
    }

    private TimeSpan Trim()
    {
        if (_pool.TouchedBytes == 0)
            return Timeout.InfiniteTimeSpan;
        if (_time.GetElapsedTime(_trimmedAt) >= _trimInterval)
        {
            _pool.Trim();
            _trimmedAt = _time.GetTimestamp();
        }
        return _trimInterval;
    }

    private void WaitFor(ref int flag, TimeSpan longest)
    {
        lock (_gate)
        {
            if (Volatile.Read(ref flag) == 0 && !_stopping && longest != TimeSpan.Zero)
                Monitor.Wait(_gate, (int)Math.Ceiling(longest.TotalMilliseconds));
        }
    }

    private void Pulse()
    {
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    private static TimeSpan Sooner(TimeSpan a, TimeSpan b) =>
        a == Timeout.InfiniteTimeSpan ? b : b == Timeout.InfiniteTimeSpan || a < b ? a : b;
}
