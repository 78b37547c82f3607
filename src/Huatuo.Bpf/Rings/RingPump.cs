using System.Collections.Concurrent;

namespace Huatuo.Bpf.Rings;

/// <summary>
/// The one thread that reads all rings. It sleeps until a program wakes it, empties every ring in turn, and looks once
/// more a millisecond later: programs send no wake-up within 500 µs of the last one. Until then no program wakes it, and
/// when there was much to read it sleeps longer: waking up costs more than a record does.
/// </summary>
public sealed class RingPump : IDisposable
{
    private const int Share = 256;
    private const int SecondLookMs = 1;
    private const int Busy = 16;
    private const int BusyLookMs = 4;

    private readonly Lock _gate = new();
    private readonly Epoll _epoll = new();
    private readonly WakeEvent _wake = new();
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly List<Station> _stations = [];
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private long _refreshed;
    private volatile bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="time">For the look-out for new CPUs.</param>
    /// <param name="name">The thread's name.</param>
    public RingPump(TimeProvider time, string name = "huatuo-pump")
    {
        _time = time;
        _epoll.Add(_wake.Fd);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Begins to read a ring.</summary>
    /// <param name="ring">The ring; the caller keeps owning it.</param>
    /// <param name="handler">Takes its records, on the pump's thread.</param>
    /// <param name="failed">Called on the pump's thread when the ring or the handler fails; it is read no more then.</param>
    /// <param name="prepare">Awaited, off the pump, before the first record is handed over; records wait in the ring.</param>
    public Task AddAsync(IRing ring, IRecordHandler handler, Action<Exception> failed, Func<Task>? prepare = null) => Do(() =>
    {
        var station = new Station(ring, handler, failed, prepare);
        _stations.Add(station);
        Watch(station);
    });

    /// <summary>Ends reading a ring, after everything in it was handed over.</summary>
    /// <param name="ring">A ring that was added.</param>
    public Task DrainAndRemoveAsync(IRing ring) => Do(() =>
    {
        int index = _stations.FindIndex(station => station.Ring == ring);
        if (index < 0)
            return;
        _stations[index].Prepare = null;
        while (Drain(_stations[index]) > 0)
        {
        }
        Unwatch(_stations[index]);
        _stations.RemoveAt(index);
    });

    /// <summary>
    /// Hands over what is in the rings when it is called, up to 65,536 records of each. Not to be waited for on the pump's
    /// thread.
    /// </summary>
    public async Task CatchUpAsync()
    {
        Task[] preparing;
        do
        {
            preparing = [];
            await Do(() => preparing = [.. _stations.Select(Empty).OfType<Task>()]).ConfigureAwait(false);
            await Task.WhenAll(preparing).ConfigureAwait(false);
        }
        while (preparing.Length > 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            _wake.Set();
        }
        _thread.Join();
        // What was asked for too late is answered: the stations are still there, but nobody reads them any more.
        RunCommands();
        _wake.Dispose();
        _epoll.Dispose();
    }

    private Task Do(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Answer()
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception refused) when (refused is IOException or InvalidOperationException)
            {
                done.SetException(refused);
            }
        }
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _commands.Enqueue(Answer);
            _wake.Set();
        }
        return done.Task;
    }

    private void Run()
    {
        bool woken = true;
        int count = 0;
        while (!_stopping)
        {
            if (!woken && count == 0)
                woken = _epoll.Wait(IdleMs());
            else if (count < Share)
                woken = _wake.Wait(count < Busy ? SecondLookMs : BusyLookMs);
            // Whether or not there is a command: it may have been run before its wake-up came.
            if (woken)
                _wake.Reset();
            RunCommands();
            count = DrainAll();
            RefreshCpus();
        }
    }

    private void RunCommands()
    {
        while (_commands.TryDequeue(out Action? command))
            command();
    }

    private int DrainAll()
    {
        int count = 0;
        for (int i = 0; i < _stations.Count; i++)
            count += Drain(_stations[i]);
        return count;
    }

    private Task? Empty(Station station)
    {
        const int shares = 256;
        for (int i = 0; i < shares && Drain(station) >= Share; i++)
        {
        }
        return station.Prepare is null ? null : station.Preparing;
    }

    private int Drain(Station station)
    {
        if (station.Broken || (station.Prepare is not null && !Prepared(station)))
            return 0;
        try
        {
            return station.Ring.Drain(station.Handler, Share);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Break(station, fault);
            return 0;
        }
    }

    // While it is being prepared, a ring is left unread and unwatched: it would be readable all the time.
    private bool Prepared(Station station)
    {
        if (station.Preparing is { IsCompleted: true })
        {
            station.Prepare = null;
            return true;
        }
        if (station.Preparing is null && !station.Ring.IsEmpty)
        {
            Unwatch(station);
            station.Preparing = Task.Run(station.Prepare!);
            _ = station.Preparing.ContinueWith(_ => Do(() => Resume(station)), TaskScheduler.Default);
        }
        return false;
    }

    private void Resume(Station station)
    {
        if (_stations.Contains(station) && station.Watched.Length == 0)
            Watch(station);
    }

    private int IdleMs()
    {
        double least = double.MaxValue;
        foreach (Station station in _stations)
            if (!station.Broken)
                least = Math.Min(least, station.Ring.IdlePoll.TotalMilliseconds);
        return least == double.MaxValue ? -1 : (int)least;
    }

    private void RefreshCpus()
    {
        if (_time.GetElapsedTime(_refreshed) < TimeSpan.FromSeconds(1))
            return;
        _refreshed = _time.GetTimestamp();
        foreach (Station station in _stations)
        {
            try
            {
                if (!station.Broken && station.Ring.Refresh() && station.Watched.Length > 0)
                {
                    Unwatch(station);
                    Watch(station);
                }
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Break(station, fault);
            }
        }
    }

    private void Break(Station station, Exception fault)
    {
        station.Broken = true;
        Unwatch(station);
        station.Failed(fault);
    }

    private void Watch(Station station)
    {
        station.Watched = [.. station.Ring.Descriptors];
        foreach (int fd in station.Watched)
            _epoll.Add(fd);
    }

    private void Unwatch(Station station)
    {
        foreach (int fd in station.Watched)
            _epoll.Remove(fd);
        station.Watched = [];
    }

    private sealed class Station(IRing ring, IRecordHandler handler, Action<Exception> failed, Func<Task>? prepare)
    {
        public IRing Ring { get; } = ring;

        public IRecordHandler Handler { get; } = handler;

        public Action<Exception> Failed { get; } = failed;

        public Func<Task>? Prepare { get; set; } = prepare;

        public Task? Preparing { get; set; }

        public int[] Watched { get; set; } = [];

        public bool Broken { get; set; }
    }
}
