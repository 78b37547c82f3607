using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Network.Sockstat;

/// <summary>The lines of <c>sockstat</c> (net/ipv4/proc.c: sockstat_seq_show) and <c>sockstat6</c>: <c>TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0</c>.</summary>
/// <param name="skipped">Counts lines that are none.</param>
internal sealed class SocketLines(SkippedLines skipped)
{
    private readonly ByteTable<string> _names = new(name => name, 256);

    /// <summary>Reads a file; of a line that is none, what stands before the fault is taken.</summary>
    /// <param name="content">The file.</param>
    /// <param name="take">Is given what a number is, its protocol, its name and itself.</param>
    internal void Read(ReadOnlySpan<byte> content, Action<SocketFigure, string, string, ulong> take)
    {
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
            if (!TryRead(new FieldReader(line), take))
                skipped.Add();
    }

    private bool TryRead(FieldReader fields, Action<SocketFigure, string, string, ulong> take)
    {
        if (!fields.TryNext(out ReadOnlySpan<byte> protocol) || protocol[^1] != ':')
            return false;
        protocol = protocol[..^1];
        while (fields.TryNext(out ReadOnlySpan<byte> key))
        {
            if (!fields.TryNumber(out ulong value))
                return false;
            SocketFigure figure = protocol.SequenceEqual("sockets"u8) ? SocketFigure.Used
                : key.SequenceEqual("mem"u8) ? SocketFigure.Pages
                : key.SequenceEqual("memory"u8) ? SocketFigure.Bytes
                : SocketFigure.Sockets;
            take(figure, _names.Get(protocol), _names.Get(key), value);
        }
        return true;
    }
}

/// <summary>What a number of <c>sockstat</c> is.</summary>
internal enum SocketFigure
{
    /// <summary>Sockets of all families.</summary>
    Used,

    /// <summary>Sockets in a state.</summary>
    Sockets,

    /// <summary>Memory in pages.</summary>
    Pages,

    /// <summary>Memory in bytes.</summary>
    Bytes,
}
