using System.Globalization;

namespace Huatuo.Linux.Kallsyms;

/// <summary>
/// The kernel's text symbols (types t, T, w, W), modules and BPF programs included, as <c>/proc/kallsyms</c> listed
/// them at load time: sorted addresses, and one UTF-8 blob of names. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Of several names of one address the first in the file is kept, as the kernel does when it prints a symbol
/// (<c>get_symbol_pos</c> in kernel/kallsyms.c). Data symbols are kept without their names: an address above one of
/// them is no longer in the function below it.
/// </remarks>
public sealed class KernelSymbols
{
    /// <summary>How far above its symbol an address of the core kernel may lie.</summary>
    public const ulong MaxCoreOffset = 1 << 20;

    /// <summary>
    /// How far above its symbol an address of a module or BPF program may lie. Smaller, because the code that follows
    /// may belong to a module that was loaded after the table.
    /// </summary>
    public const ulong MaxModuleOffset = 1 << 16;

    /// <summary>A destination of this many bytes takes every result of <see cref="Format"/> whole.</summary>
    public const int MaxFormattedBytes = SymbolTable.MaxNameBytes + SymbolTable.MaxModuleBytes + 24;

    private readonly SymbolTable _table;

    internal KernelSymbols(SymbolTable table, SymbolsState state, string note)
    {
        _table = table;
        State = state;
        Note = note;
    }

    /// <summary>Text symbols that resolve; 0 unless the state is Ok.</summary>
    public int Count => _table.Named;

    /// <summary>Bytes that the table keeps.</summary>
    public long ResidentBytes => _table.ResidentBytes;

    /// <summary>Lines that were skipped because they did not have the form <c>address type name [module]</c>.</summary>
    public long MalformedLines => _table.MalformedLines;

    /// <summary>Whether addresses resolve.</summary>
    public SymbolsState State { get; }

    /// <summary>What to do about a state that is not Ok; else empty.</summary>
    public string Note { get; }

    /// <summary>Reads <c>kallsyms</c> once. Never throws for what the file holds, or for a file that cannot be read.</summary>
    public static KernelSymbols Load(string procRoot = "/proc")
    {
        string path = Path.Combine(procRoot, "kallsyms");
        try
        {
            using var builder = new SymbolTableBuilder();
            KallsymsReader.Read(path, builder);
            var table = builder.Build();
            if (table.Named > 0) return new KernelSymbols(table, SymbolsState.Ok, "");
            return builder.SawHidden
                ? new KernelSymbols(table, SymbolsState.Hidden, HiddenNote(procRoot))
                : Missing(table, path, "it lists no text symbol");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Missing(SymbolTable.Empty, path, error.Message);
        }
    }

    /// <summary>Finds the symbol that an address lies in. Allocates nothing.</summary>
    /// <param name="address">Any kernel address.</param>
    /// <param name="name">The symbol's name.</param>
    /// <param name="module">The module's name without brackets; empty for the core kernel.</param>
    /// <param name="offset">Bytes from the symbol to the address.</param>
    /// <returns>
    /// False below the first symbol, in data, and further above a symbol than <see cref="MaxCoreOffset"/> or
    /// <see cref="MaxModuleOffset"/>.
    /// </returns>
    public bool TryFind(
        ulong address, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> module, out ulong offset)
    {
        name = default;
        module = default;
        offset = 0;
        int index = _table.Floor(address);
        if (index < 0) return false;

        var found = _table.Name(index);
        if (found.IsEmpty) return false;
        var owner = _table.Module(index);
        ulong distance = address - _table.Address(index);
        if (distance > (owner.IsEmpty ? MaxCoreOffset : MaxModuleOffset)) return false;

        name = found;
        module = owner;
        offset = distance;
        return true;
    }

    /// <summary>
    /// Writes <c>symbol+0xoff</c>, <c>symbol+0xoff [module]</c>, or <c>0xaddress</c> when the address is not found.
    /// </summary>
    /// <param name="address">Any kernel address.</param>
    /// <param name="destination">Receives UTF-8; a destination below <see cref="MaxFormattedBytes"/> may cut the text.</param>
    /// <returns>Bytes written.</returns>
    public int Format(ulong address, Span<byte> destination)
    {
        var text = new ClippedText(destination);
        if (!TryFind(address, out var name, out var module, out ulong offset))
        {
            text.AppendHex(address);
            return text.Length;
        }

        text.Append(name);
        text.Append("+"u8);
        text.AppendHex(offset);
        if (!module.IsEmpty)
        {
            text.Append(" ["u8);
            text.Append(module);
            text.Append("]"u8);
        }
        return text.Length;
    }

    // kallsyms_show_value(): 2 hides from everybody, 1 (and 0, unless kernel.perf_event_paranoid <= 1) asks CAP_SYSLOG.
    private static string HiddenNote(string procRoot)
    {
        string? restrict = SmallFile.ReadLine(Path.Combine(procRoot, "sys/kernel/kptr_restrict"));
        return restrict is "0" or "1"
            ? $"Kernel addresses are hidden: give the agent CAP_SYSLOG (kernel.kptr_restrict is {restrict})."
            : "Kernel addresses are hidden: run `sysctl -w kernel.kptr_restrict=1` and give the agent CAP_SYSLOG"
                + (restrict is "2" ? " (kernel.kptr_restrict is 2)." : ".");
    }

    private static KernelSymbols Missing(SymbolTable table, string path, string reason) =>
        new(table, SymbolsState.Missing, string.Create(
            CultureInfo.InvariantCulture,
            $"No kernel symbols: {path}: {reason.TrimEnd('.')}. The kernel needs CONFIG_KALLSYMS."));
}
