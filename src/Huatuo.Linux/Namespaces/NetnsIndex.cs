using System.Collections.Concurrent;

namespace Huatuo.Linux.Namespaces;

/// <summary>
/// Maps a network namespace to the cgroup of a process in it, from the last snapshot of /proc. Lookups never wait. Thread-safe.
/// </summary>
/// <remarks>
/// The kernel gives the inode number of a namespace that is gone to the next one. So a lookup in a snapshot older than
/// <see cref="StaleAfter"/> asks for a new one, and answers only when the process still is in the namespace.
/// </remarks>
public sealed class NetnsIndex : IAsyncDisposable
{
    /// <summary>Snapshots are at least this far apart.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    /// <summary>The age from which a snapshot is renewed when it is asked.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(10);

    /// <summary>A namespace that no process is in is looked for in growing intervals, up to this one.</summary>
    public static readonly TimeSpan MaxRetry = TimeSpan.FromSeconds(64);

    private const int MaxAbsent = 4096;

    private readonly string _procRoot;
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly ConcurrentDictionary<uint, Retry> _absent = new();
    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly SemaphoreSlim _scanning = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private readonly Task _loop;
    private Snapshot? _snapshot;
    private TaskCompletionSource _refreshed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _askPending;
    private long _askedTotal;
    private int _disposed;

    /// <summary>Starts empty; the first lookup asks for a snapshot, or call <see cref="RefreshAsync"/>.</summary>
    /// <param name="procRoot">The /proc to read.</param>
    /// <param name="time">Decides when a snapshot may be taken again.</param>
    /// <param name="capacity">Namespaces kept; those of the highest process ids are left out.</param>
    public NetnsIndex(string procRoot = "/proc", TimeProvider? time = null, int capacity = 100_000)
    {
        _procRoot = procRoot;
        _time = time ?? TimeProvider.System;
        _capacity = capacity;
        HostInode = NetnsScan.TryInode(Path.Combine(procRoot, "1"), out uint host)
            || NetnsScan.TryInode(Path.Combine(procRoot, "self"), out host) ? host : 0;
        _stopping = _stop.Token;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The namespace of process 1, or of this process where that may not be read; 0 when neither.</summary>
    public uint HostInode { get; }

    /// <summary>Namespaces in the snapshot.</summary>
    public int Count => Volatile.Read(ref _snapshot)?.Owners.Count ?? 0;

    /// <summary>Snapshots that lookups have asked for.</summary>
    internal long Asked => Interlocked.Read(ref _askedTotal);

    /// <summary>Completes at the end of the next snapshot.</summary>
    internal Task NextRefresh => Volatile.Read(ref _refreshed).Task;

    /// <summary>Answers from the last snapshot; an unknown namespace is looked for in the background.</summary>
    /// <param name="inode">The namespace's inode number (<c>net->ns.inum</c>).</param>
    /// <param name="owner">Who it belongs to.</param>
    public bool TryFind(uint inode, out NetnsOwner owner)
    {
        long now = _time.GetTimestamp();
        if (Volatile.Read(ref _snapshot) is { } snapshot)
        {
            if (snapshot.Owners.TryGetValue(inode, out owner))
            {
                if (_time.GetElapsedTime(snapshot.Taken, now) <= StaleAfter) return true;
                Ask();
                return NetnsScan.TryInode(NetnsScan.Folder(_procRoot, owner.Tgid), out uint current) && current == inode;
            }
        }
        else
        {
            owner = default;
        }

        if (!_absent.TryGetValue(inode, out var retry))
        {
            if (_absent.Count >= MaxAbsent) _absent.Clear();
            _absent.TryAdd(inode, new Retry(now, TimeSpan.Zero));
            Ask();
        }
        else if (_time.GetElapsedTime(retry.Since, now) >= retry.Wait)
        {
            Ask();
        }
        return false;
    }

    /// <summary>Takes a snapshot now.</summary>
    public async Task RefreshAsync()
    {
        await _scanning.WaitAsync(_stopping);
        try
        {
            long started = _time.GetTimestamp();
            var owners = await Task.Run(() => NetnsScan.Run(_procRoot, _capacity, _stopping));
            Volatile.Write(ref _snapshot, new Snapshot(owners, started));
            Postpone(owners, started);
        }
        finally
        {
            _scanning.Release();
        }
        Interlocked.Exchange(
            ref _refreshed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>Stops the background task.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private void Ask()
    {
        if (Interlocked.Exchange(ref _askPending, 1) != 0) return;
        Interlocked.Increment(ref _askedTotal);
        _asked.Release();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _asked.WaitAsync(_stopping);
                // Before the scan: who asks during it may have been missed by it.
                Volatile.Write(ref _askPending, 0);
                await RefreshAsync();
                await Task.Delay(MinInterval, _time, _stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    /// <summary>Doubles the wait of each namespace that was due and not found.</summary>
    private void Postpone(Dictionary<uint, NetnsOwner> owners, long now)
    {
        foreach (var (inode, retry) in _absent)
        {
            if (owners.ContainsKey(inode))
            {
                _absent.TryRemove(inode, out _);
            }
            else if (_time.GetElapsedTime(retry.Since, now) >= retry.Wait)
            {
                var wait = TimeSpan.FromTicks(Math.Clamp(retry.Wait.Ticks * 2, MinInterval.Ticks, MaxRetry.Ticks));
                _absent.TryUpdate(inode, new Retry(now, wait), retry);
            }
        }
    }

    private sealed record Snapshot(Dictionary<uint, NetnsOwner> Owners, long Taken);

    private readonly record struct Retry(long Since, TimeSpan Wait);
}
