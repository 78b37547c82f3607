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
    private long _loadedAt, _trustTicks = Interval.Ticks;

    /// <summary>How long a reading is trusted although it lacked an address; twice as long each time that it brought nothing new.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How long at most.</summary>
    public static readonly TimeSpan LongestInterval = Interval * 64;

    /// <summary>One that was read already.</summary>
    public static SymbolSource Loaded()
    {
        var source = new SymbolSource(() => KernelSymbols.Load(), TimeProvider.System);
        source.Load();
        return source;
    }

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

    private bool IsFresh => time.GetElapsedTime(Volatile.Read(ref _loadedAt)).Ticks < Volatile.Read(ref _trustTicks);

    private void Load()
    {
        KernelSymbols loaded = load();
        // Some code never has a name.
        bool isSame = _current is { } before && before.Count == loaded.Count && before.ResidentBytes == loaded.ResidentBytes;
        Volatile.Write(ref _trustTicks, isSame ? Math.Min(_trustTicks * 2, LongestInterval.Ticks) : Interval.Ticks);
        Volatile.Write(ref _loadedAt, time.GetTimestamp());
        Volatile.Write(ref _current, loaded);
    }
}
