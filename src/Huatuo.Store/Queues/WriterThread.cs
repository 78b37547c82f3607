namespace Huatuo.Store.Queues;

/// <summary>
/// Writes what waits for its tasks. The first document after a pause wakes it; it then waits a little, so that under load
/// one write takes many documents. Sleeps without a timer while there is nothing to do.
/// </summary>
internal sealed class WriterThread
{
    private readonly object _gate = new();
    private readonly BlockPool _pool;
    private readonly WriterOptions _options;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IWriterTask[] _tasks = [];
    private long _trimmedAt;
    private int _awake;
    private int _hurried;
    private volatile bool _stopping;

    /// <param name="pool">The memory in which documents wait; disposed when the thread ends.</param>
    /// <param name="options">How it works.</param>
    /// <param name="time">Time.</param>
    public WriterThread(BlockPool pool, WriterOptions options, TimeProvider time)
    {
        _pool = pool;
        _options = options;
        _time = time;
        _trimmedAt = time.GetTimestamp();
        new Thread(Run, 256 << 10) { Name = options.Name, IsBackground = true }.Start();
    }

    /// <summary>Ends when the thread has ended after <see cref="Stop"/>.</summary>
    public Task Done => _done.Task;

    /// <summary>Adds a task. Called by one thread at a time.</summary>
    public void Add(IWriterTask task)
    {
        Volatile.Write(ref _tasks, [.. _tasks, task]);
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

    /// <summary>Writes what waits, once more and as long as stopping may take, and ends. The ways in are closed.</summary>
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
                WaitFor(ref _hurried, _options.Gather);
            Interlocked.Exchange(ref _awake, 0);
            Interlocked.Exchange(ref _hurried, 0);

            wait = Timeout.InfiniteTimeSpan;
            foreach (IWriterTask task in Volatile.Read(ref _tasks))
                wait = Sooner(wait, task.Attend(lastTry: false));
            wait = Sooner(wait, Trim());
        }
        Drain();
        _done.SetResult();
    }

    private void Drain()
    {
        long start = _time.GetTimestamp();
        foreach (IWriterTask task in _tasks)
        {
            if (_time.GetElapsedTime(start) < _options.DrainTime)
                task.Attend(lastTry: true);
            task.Abandon();
        }
        foreach (IWriterTask task in _tasks)
            task.Close();
        _pool.Dispose();
    }

    private TimeSpan Trim()
    {
        if (_pool.TouchedBytes == 0)
            return Timeout.InfiniteTimeSpan;
        TimeSpan interval = _options.IdleRelease / 2;
        if (_time.GetElapsedTime(_trimmedAt) >= interval)
        {
            _pool.Trim();
            _trimmedAt = _time.GetTimestamp();
        }
        return interval;
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
