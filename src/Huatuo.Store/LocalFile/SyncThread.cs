using System.Diagnostics.CodeAnalysis;
using Huatuo.Store.Files;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.LocalFile;

/// <summary>
/// Synchronises written files to the disk, each at most one interval after its first write, and closes the files that
/// are written no more. Sleeps without a timer while there is nothing to do.
/// </summary>
/// <remarks>A thread of its own: a slow disk delays synchronising, not writing.</remarks>
internal sealed class SyncThread
{
    // Enough that only a disk which synchronises slower than files fill up makes the writer wait.
    private const int MostRetired = 32;

    private readonly object _gate = new();
    private readonly List<SafeFileHandle> _written = [];
    private readonly List<SafeFileHandle> _retired = [];
    private readonly List<SafeFileHandle> _round = [];
    private readonly string _directory;
    private readonly SinkTrouble _trouble;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _interval;
    private bool _directoryChanged;
    private bool _stopping;

    public SyncThread(string directory, TimeSpan interval, SinkTrouble trouble)
    {
        _directory = directory;
        _interval = interval;
        _trouble = trouble;
        new Thread(Run, 256 << 10) { Name = "local-sync", IsBackground = true }.Start();
    }

    /// <summary>Ends when everything is synchronised and closed after <see cref="Stop"/>.</summary>
    public Task Done => _done.Task;

    /// <summary>From now on there is another interval.</summary>
    public void Change(TimeSpan interval)
    {
        lock (_gate)
        {
            _interval = interval;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The file has bytes that are not synchronised.</summary>
    public void Written(SafeFileHandle file)
    {
        lock (_gate)
        {
            if (_written.Contains(file))
                return;
            _written.Add(file);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The file is written no more: to be synchronised and closed. Waits while too many others wait for it.</summary>
    public void Retire(SafeFileHandle file)
    {
        lock (_gate)
        {
            _written.Remove(file);
            _retired.Add(file);
            Monitor.PulseAll(_gate);
            while (_retired.Count > MostRetired && !_stopping)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>Names in the directory changed.</summary>
    public void DirectoryChanged()
    {
        lock (_gate)
        {
            _directoryChanged = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Synchronises what is left at once, closes what is retired, and ends.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        while (WaitForWork())
        {
            Collect(out bool directoryChanged);
            if (directoryChanged)
                SyncDirectory();
            foreach (SafeFileHandle file in _round)
                SyncFile(file);
            while (TryTakeRetired(out SafeFileHandle? file))
            {
                SyncFile(file);
                Close(file);
            }
            Pause();
        }
        _done.SetResult();
    }

    private bool WaitForWork()
    {
        lock (_gate)
        {
            while (_written.Count == 0 && _retired.Count == 0 && !_directoryChanged && !_stopping)
                Monitor.Wait(_gate);
            return _written.Count > 0 || _retired.Count > 0 || _directoryChanged;
        }
    }

    private void Pause()
    {
        long start = Environment.TickCount64;
        lock (_gate)
        {
            while (!_stopping && _retired.Count <= MostRetired)
            {
                TimeSpan left = _interval - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
                if (left <= TimeSpan.Zero)
                    break;
                Monitor.Wait(_gate, left);
            }
        }
    }

    private void Collect(out bool directoryChanged)
    {
        lock (_gate)
        {
            directoryChanged = _directoryChanged;
            _directoryChanged = false;
            _round.Clear();
            _round.AddRange(_written);
            _written.Clear();
        }
    }

    private bool TryTakeRetired([NotNullWhen(true)] out SafeFileHandle? file)
    {
        lock (_gate)
        {
            file = _retired.Count > 0 ? _retired[^1] : null;
            return file is not null;
        }
    }

    private void SyncFile(SafeFileHandle file)
    {
        if (Libc.SyncData(file) != 0)
            _trouble.SyncFailed(IoFailure.Last("synchronise a file in", _directory));
    }

    // Retired files stay listed until they are closed, so that the writer's wait bounds the open ones.
    private void Close(SafeFileHandle file)
    {
        file.Dispose();
        lock (_gate)
        {
            _retired.Remove(file);
            Monitor.PulseAll(_gate);
        }
    }

    private void SyncDirectory()
    {
        int number = Libc.Open(_directory, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (number < 0)
        {
            // A directory that somebody removed keeps no names; the writer tells it, and makes a new one.
            if (IoFailure.Last("open", _directory) is { Errno: not Libc.ENOENT } failure)
                _trouble.SyncFailed(failure);
            return;
        }
        using var directory = new SafeFileHandle(number, ownsHandle: true);
        if (Libc.Sync(directory) != 0)
            _trouble.SyncFailed(IoFailure.Last("synchronise", _directory));
    }
}
