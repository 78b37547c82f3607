using System.Buffers.Text;
using System.Text;

namespace Huatuo.Linux.Kmsg;

/// <summary>One record of <c>/dev/kmsg</c>: <c>priority,sequence,microseconds,flags[,more];text</c>.</summary>
public readonly ref struct KernelLogRecord
{
    private const ulong LevelBits = 3;

    private KernelLogRecord(ulong priority, ulong sequence, ReadOnlySpan<byte> text)
    {
        Priority = priority;
        Sequence = sequence;
        Text = text;
    }

    /// <summary>The syslog facility, eight times, and the level.</summary>
    public ulong Priority { get; }

    /// <summary>Counts all records since boot.</summary>
    public ulong Sequence { get; }

    /// <summary>The text without its line end, and without the lines of properties that may follow.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Not written by a process: those have another facility.</summary>
    public bool IsFromKernel => Priority >> (int)LevelBits == 0;

    /// <summary>Parses one.</summary>
    /// <param name="bytes">What one read gave.</param>
    /// <param name="record">Points into them.</param>
    /// <returns>False when they have another form.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out KernelLogRecord record)
    {
        record = default;
        int text = bytes.IndexOf((byte)';');
        if (text < 0
            || !Utf8Parser.TryParse(bytes, out ulong priority, out int used) || bytes[used] != ','
            || !Utf8Parser.TryParse(bytes[(used + 1)..], out ulong sequence, out int more) || bytes[used + 1 + more] != ',')
            return false;
        ReadOnlySpan<byte> rest = bytes[(text + 1)..];
        int end = rest.IndexOf((byte)'\n');
        record = new KernelLogRecord(priority, sequence, end < 0 ? rest : rest[..end]);
        return true;
    }

    /// <summary>
    /// The text with its escapes undone: bytes that are not printable, and the backslash, stand as <c>\x5c</c>
    /// (kernel/printk/printk.c: msg_add_ext_text).
    /// </summary>
    /// <param name="text">A part of <see cref="Text"/>.</param>
    public static string Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new List<byte>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i..].StartsWith("\\x"u8) && text.Length >= i + 4 && Utf8Parser.TryParse(text.Slice(i + 2, 2), out byte value, out int used, 'x') && used == 2)
            {
                bytes.Add(value);
                i += 3;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
