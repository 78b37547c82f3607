using Huatuo.Linux.Kallsyms;

namespace Huatuo.Flow.Enrich;

/// <summary>
/// The kernel's symbols: read in the background when first needed, since that takes some 60 ms, and again when an address
/// turns up that the table does not have, as after a module was loaded.
/// </summary>
/// <param name="load">Reads the table.</param>
/// <param name="time">For the interval between readings.</param>
public sealed class SymbolSource(Func<KernelSymbols> load, TimeProvider time)
{
    private readonly Lock _lock = new();
    private KernelSymbols? _current;
    private Task? _loading;
    private long _loadedAt;

    /// <summary>How long a reading is trusted although it lacked an address.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The table; null before the first reading.</summary>
    public KernelSymbols? Current => Volatile.Read(ref _current);

    /// <summary>Completes when there is a table.</summary>
    public Task ReadyAsync()
    {
        if (Current is not null)
            return Task.CompletedTask;
        lock (_lock)
            return _loading ??= Task.Run(Load);
    }

    /// <summary>An address was not in the table: reads it again, unless that was done a short while ago.</summary>
    public void Missed()
    {
        if (Current is null || IsFresh)
            return;
        lock (_lock)
            // Asked again: a reading may just have ended.
            if (_loading is null or { IsCompleted: true } && !IsFresh)
                _loading = Task.Run(Load);
    }

    private bool IsFresh => time.GetElapsedTime(Volatile.Read(ref _loadedAt)) < Interval;

    private void Load()
    {
        KernelSymbols loaded = load();
        Volatile.Write(ref _loadedAt, time.GetTimestamp());
        Volatile.Write(ref _current, loaded);
    }
}
