namespace Huatuo.AutoTracing.Looking;

/// <summary>
/// Looks at the machine for all auto-tracers, by one timer: those of one interval, or of a multiple, are asked together, so
/// that the machine is woken once. Each look is short, and none begins before the last has ended.
/// </summary>
/// <param name="time">Time.</param>
internal sealed class SamplingLoop(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<Looking> _lookings = [];
    private ITimer? _timer;
    private long _epoch;
    private bool _isLooking;

    /// <summary>Asks at each interval until disposed of; the first time after one interval.</summary>
    /// <param name="interval">How often.</param>
    /// <param name="look">Called on a pool thread, one call at a time.</param>
    /// <param name="failed">Told of each look that failed; the next is made all the same.</param>
    /// <returns>Ends it; when it is disposed of, no look is under way any more.</returns>
    internal ILooking Start(TimeSpan interval, Action look, Action<Exception> failed)
    {
        lock (_lock)
        {
            if (_lookings.Count == 0)
                _epoch = time.GetTimestamp();
            var looking = new Looking(this, interval, look, failed);
            looking.Next = Next(interval);
            _lookings.Add(looking);
            _timer ??= time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Arm();
            return looking;
        }
    }

    private void Look()
    {
        Looking[] all;
        lock (_lock)
        {
            // A look that takes longer than the interval delays the next.
            if (_isLooking)
                return;
            _isLooking = true;
            TimeSpan now = time.GetElapsedTime(_epoch);
            all = [.. _lookings.Where(looking => looking.Next <= now)];
            foreach (Looking due in all)
                due.Next = Next(due.Interval);
        }
        foreach (Looking due in all)
            due.Look();
        lock (_lock)
        {
            _isLooking = false;
            Arm();
        }
    }

    // The next multiple of the interval since the beginning.
    private TimeSpan Next(TimeSpan interval) => interval * (time.GetElapsedTime(_epoch).Ticks / interval.Ticks + 1);

    private void Arm()
    {
        if (_isLooking)
            return;
        if (_lookings.Count == 0)
        {
            _timer?.Dispose();
            _timer = null;
            return;
        }
        TimeSpan left = _lookings.Min(looking => looking.Next) - time.GetElapsedTime(_epoch);
        _timer?.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void End(Looking looking)
    {
        lock (_lock)
            if (_lookings.Remove(looking))
                Arm();
    }

    private sealed class Looking(SamplingLoop loop, TimeSpan interval, Action look, Action<Exception> failed) : ILooking
    {
        private readonly Lock _one = new();
        private bool _isOver;

        internal TimeSpan Interval => interval;

        internal TimeSpan Next { get; set; }

        internal void Look() => Do(look);

        public void Do(Action work)
        {
            lock (_one)
            {
                if (_isOver)
                    return;
                try
                {
                    work();
                }
                catch (Exception fault) when (fault is not OutOfMemoryException)
                {
                    // Nobody is above the timer, or whoever woke it, to take it.
                    failed(fault);
                }
            }
        }

        public void Dispose()
        {
            loop.End(this);
            lock (_one)
                _isOver = true;
        }
    }
}

/// <summary>Looks at each interval, until disposed of; when that returns, no look is under way any more.</summary>
internal interface ILooking : IDisposable
{
    /// <summary>Does something else while no look is under way; nothing when it was disposed of. A fault is told as that of a look.</summary>
    void Do(Action work);
}
