using System.Buffers.Text;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netstat;

/// <summary>The two forms in which protocols tell their counters (net/ipv4/proc.c, net/ipv6/proc.c).</summary>
/// <param name="filter">Which are shown, by <c>Protocol_Name</c>.</param>
/// <param name="skipped">Counts lines that are none.</param>
/// <param name="events">Takes what only grows.</param>
/// <param name="levels">Takes the rest.</param>
internal sealed class ProtocolCounters(NameFilter filter, SkippedLines skipped, SeriesTable events, SeriesTable levels)
{
    private const int LongestName = 128;
    private readonly ByteTable<ProtocolItem?> _items = new(name => filter.Takes(name) ? ProtocolItem.Parse(name) : null);

    /// <summary>Pairs of lines: <c>Tcp: RtoAlgorithm RtoMin …</c>, then <c>Tcp: 1 200 …</c>.</summary>
    internal void ReadPairs(ReadOnlySpan<byte> content, string? container = null)
    {
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> names))
        {
            if (!lines.TryNext(out ReadOnlySpan<byte> values) || !TryPair(names, values, container))
                skipped.Add();
        }
    }

    /// <summary>Lines of a name, the protocol's before it, and a number: <c>Ip6InReceives   	1</c>.</summary>
    internal void ReadLines(ReadOnlySpan<byte> content, string? container = null)
    {
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            fields.TryNext(out ReadOnlySpan<byte> key);
            int protocol = key.IndexOf((byte)'6') + 1;
            if (protocol == 0 || protocol == key.Length || !fields.TryNumber(out ulong value))
                skipped.Add();
            else
                Add(container, key[..protocol], key[protocol..], value);
        }
    }

    private bool TryPair(ReadOnlySpan<byte> names, ReadOnlySpan<byte> values, string? container)
    {
        var name = new FieldReader(names);
        var value = new FieldReader(values);
        if (!name.TryNext(out ReadOnlySpan<byte> protocol) || protocol[^1] != ':' || !value.TryNext(out ReadOnlySpan<byte> same) || !same.SequenceEqual(protocol))
            return false;
        if (!IsWhole(name, value))
            return false;
        protocol = protocol[..^1];
        while (name.TryNext(out ReadOnlySpan<byte> item) && value.TryNext(out ReadOnlySpan<byte> field))
            if (FieldReader.TryParse(field, out ulong number))
                Add(container, protocol, item, number);
        return true;
    }

    // As many numbers as names, and nothing but numbers; one below zero, as of no limit, is one too.
    private static bool IsWhole(FieldReader name, FieldReader value)
    {
        while (name.TryNext(out _))
            if (!value.TryNext(out ReadOnlySpan<byte> field) || field.Length != Length(field))
                return false;
        return value.Rest.IsEmpty;
    }

    private static int Length(ReadOnlySpan<byte> field) =>
        Utf8Parser.TryParse(field, out ulong _, out int used) || Utf8Parser.TryParse(field, out long _, out used) ? used : 0;

    private void Add(string? container, ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> item, ulong number)
    {
        Span<byte> name = stackalloc byte[LongestName];
        if (protocol.Length + 1 + item.Length > LongestName)
            return;
        protocol.CopyTo(name);
        name[protocol.Length] = (byte)'_';
        item.CopyTo(name[(protocol.Length + 1)..]);
        if (_items.Get(name[..(protocol.Length + 1 + item.Length)]) is not { } known)
            return;
        SeriesTable table = known.IsEvent ? events : levels;
        if (container is null)
            table.Add([number], known.Protocol, known.Name);
        else
            table.Add([number], container, known.Protocol, known.Name);
    }
}
