using System.Text.Encodings.Web;
using System.Text.Json;
using Huatuo.Linux.Kallsyms;

namespace Huatuo.Flow.Enrich;

/// <summary>
/// Symbolised stacks. Few are distinct, so each is formatted once and kept, within a bound of memory. Used on the pump's
/// thread only.
/// </summary>
/// <param name="symbols">The kernel's symbols.</param>
public sealed class StackTable(SymbolSource symbols)
{
    private const long MaxBytes = 4 << 20;
    private readonly Dictionary<ulong, StackText> _known = [];
    private KernelSymbols? _table;
    private long _bytes;

    /// <summary>The symbols behind it.</summary>
    public SymbolSource Symbols => symbols;

    /// <summary>Distinct stacks kept.</summary>
    public int Count => _known.Count;

    /// <summary>Symbolises a stack.</summary>
    /// <param name="addresses">Return addresses, innermost first, as <c>bpf_get_stack</c> gives them.</param>
    /// <param name="location">The address that the event names as its place.</param>
    public StackText Find(ReadOnlySpan<ulong> addresses, ulong location)
    {
        if (addresses.IsEmpty)
            return StackText.None;
        if (symbols.Current is not { } table)
            return StackText.None;
        if (!ReferenceEquals(table, _table) || _bytes > MaxBytes)
        {
            _known.Clear();
            _bytes = 0;
            _table = table;
        }
        ulong key = Hash(addresses, location);
        if (_known.TryGetValue(key, out StackText? known) && known.Is(addresses, location))
            return known;
        StackText made = Make(table, addresses, location);
        _known[key] = made;
        _bytes += made.Bytes;
        return made;
    }

    private static ulong Hash(ReadOnlySpan<ulong> addresses, ulong location)
    {
        const ulong odd = 0x9e37_79b9_7f4a_7c15;
        ulong hash = location ^ (ulong)addresses.Length;
        foreach (ulong address in addresses)
            hash = ulong.RotateLeft((hash ^ address) * odd, 29);
        return hash;
    }

    private StackText Make(KernelSymbols table, ReadOnlySpan<ulong> addresses, ulong location)
    {
        var text = new MemoryStream();
        var functions = new List<ReadOnlyMemory<byte>>();
        Span<byte> line = stackalloc byte[KernelSymbols.MaxFormattedBytes];
        int at = -1;
        foreach (ulong address in addresses)
        {
            bool found = table.TryFind(address, out ReadOnlySpan<byte> name, out _, out _);
            if (!found)
                symbols.Missed();
            // The way from the tracepoint into the BPF program is not the kernel's doing.
            if (functions.Count == 0 && found && IsProbe(name))
                continue;
            if (functions.Count > 0)
                text.WriteByte((byte)'\n');
            text.Write(line[..table.Format(address, line)]);
            if (address == location)
                at = functions.Count;
            functions.Add(name.ToArray());
        }
        byte[] literal = [(byte)'"', .. JsonEncodedText.Encode(text.ToArray(), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
        return new StackText(addresses.ToArray(), location, literal, [.. functions], at);
    }

    private static bool IsProbe(ReadOnlySpan<byte> name) =>
        name.StartsWith("bpf_"u8) || name.StartsWith("__bpf_"u8) || name.StartsWith("__traceiter_"u8)
        || name.StartsWith("perf_trace_"u8) || name.StartsWith("__perf_"u8) || name.StartsWith("trace_call_bpf"u8);
}
