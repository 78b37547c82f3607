using Huatuo.Flow.Tracing;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Flow.Containers;

/// <summary>
/// Keeps the registry true: by what the kernel tells where it can, and by reading the cgroup file system at the start,
/// when something was missed, and now and then. All of it in the background.
/// </summary>
public sealed class ContainerTracking : IAsyncDisposable
{
    /// <summary>How often the file system is read where the kernel tells nothing.</summary>
    public static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(2);

    /// <summary>How often it is read all the same where it does.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly CgroupMounts _mounts;
    private readonly TimeProvider _time;
    private readonly InitSearch _inits;
    private readonly SemaphoreSlim _woken = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;
    private ContainerWatch? _watch;
    private int _wakePending;
    private bool _isBroken;
    private bool _wasSaid;
    private long _lost;
    private long _read;

    /// <param name="registry">What is kept true.</param>
    /// <param name="mounts">Where the hierarchies are.</param>
    /// <param name="time">Time.</param>
    /// <param name="watches">Whether to ask the kernel; else the file system alone is read.</param>
    /// <param name="procRoot">Where proc is mounted.</param>
    public ContainerTracking(ContainerRegistry registry, CgroupMounts mounts, TimeProvider time, bool watches = true, string procRoot = "/proc")
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(mounts);
        Registry = registry;
        _mounts = mounts;
        _time = time;
        _inits = new InitSearch(registry, new ContainerProcesses(procRoot), time);
        registry.Changed = Wake;
        _loop = Task.Run(() => RunAsync(watches));
    }

    /// <summary>What is kept true.</summary>
    public ContainerRegistry Registry { get; }

    /// <summary>Completes when the containers of the start are known.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Whether the kernel tells of changes; else they are found within <see cref="ReadInterval"/>.</summary>
    public bool IsWatching => Volatile.Read(ref _watch) is not null && !Volatile.Read(ref _isBroken);

    /// <summary>Why the kernel does not tell; empty when it does.</summary>
    public string Note { get; private set; } = "";

    /// <summary>Changes that the kernel could not report for want of room; each made the file system be read again.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        Registry.Changed = () => { };
        _watch?.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(bool watches)
    {
        try
        {
            if (watches)
                await StartWatchAsync().ConfigureAwait(false);
            while (true)
            {
                Look();
                _ready.TrySetResult();
                await Task.Delay(Pause, _time, _stop.Token).ConfigureAwait(false);
                if (await _woken.WaitAsync(Tick, _stop.Token).ConfigureAwait(false))
                    Volatile.Write(ref _wakePending, 0);
            }
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetResult();
        }
    }

    private async Task StartWatchAsync()
    {
        try
        {
            Volatile.Write(ref _watch, await ContainerWatch.StartAsync(Registry, _mounts, _time, () => Volatile.Write(ref _isBroken, true)).ConfigureAwait(false));
        }
        catch (Exception refused) when (refused is not OutOfMemoryException)
        {
            Note = FaultWords.Of(refused);
        }
    }

    private void Look()
    {
        try
        {
            Read();
            _inits.Run();
            Registry.Expire();
            Registry.Notify();
            _wasSaid = false;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            if (!_wasSaid)
                Registry.Warn($"containers cannot be followed: {FaultWords.Of(fault)}; tried again each second");
            _wasSaid = true;
            _read = 0;
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0)
            _woken.Release();
    }

    private void Read()
    {
        TimeSpan interval = IsWatching ? CheckInterval : ReadInterval;
        long lost = _watch?.Lost ?? 0;
        bool isFirst = _read == 0;
        if (!isFirst && lost == _lost && _time.GetElapsedTime(_read) < interval)
            return;
        Interlocked.Exchange(ref _lost, lost);
        long began = _read = _time.GetTimestamp();
        if (_mounts.IdentityPath is not { } mount)
            return;
        HashSet<ulong> present = [];
        bool complete = CgroupTree.TryRead(mount, (id, path) =>
        {
            present.Add(id);
            Registry.Exists(id, path);
        }, _stop.Token);
        if (complete)
            Registry.Reconcile(present, began);
    }
}
