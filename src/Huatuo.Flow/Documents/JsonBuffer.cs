using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;

namespace Huatuo.Flow.Documents;

/// <summary>
/// JSON text that grows in one array and is used again for each document. It trusts its caller to open and close in order,
/// and names to need no escaping: a general writer checks both for each of a document's fifty fields, which takes most of
/// the time of an event.
/// </summary>
internal sealed class JsonBuffer
{
    // Printable ASCII stands for itself, but for the quote and the backslash.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7f - 0x20).Select(code => (byte)code).Where(code => code is not ((byte)'"' or (byte)'\\'))]);

    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <summary>What was written; valid until the next write.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Starts anew.</summary>
    internal void Clear() => _length = 0;

    /// <summary>A member's name.</summary>
    internal void Name(scoped ReadOnlySpan<byte> name)
    {
        Span<byte> room = Room(name.Length + 4);
        int comma = Comma(room);
        room = room[comma..];
        room[0] = (byte)'"';
        name.CopyTo(room[1..]);
        "\":"u8.CopyTo(room[(1 + name.Length)..]);
        _length += comma + name.Length + 3;
    }

    /// <summary>The comma between two elements of an array.</summary>
    internal void Next() => _length += Comma(Room(1));

    /// <summary>A bracket or a brace.</summary>
    internal void Mark(byte mark)
    {
        Room(1)[0] = mark;
        _length++;
    }

    /// <summary>JSON as it is.</summary>
    internal void Raw(scoped ReadOnlySpan<byte> json)
    {
        json.CopyTo(Room(json.Length));
        _length += json.Length;
    }

    /// <summary>A string; bytes that are not UTF-8 become U+FFFD.</summary>
    internal void Text(scoped ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOfAnyExcept(Plain) >= 0)
        {
            EscapedText(utf8);
            return;
        }
        Span<byte> room = Room(utf8.Length + 2);
        room[0] = (byte)'"';
        utf8.CopyTo(room[1..]);
        room[1 + utf8.Length] = (byte)'"';
        _length += utf8.Length + 2;
    }

    /// <summary>A number.</summary>
    internal void Number<T>(T value, scoped ReadOnlySpan<char> format = default)
        where T : struct, IUtf8SpanFormattable
    {
        const int longest = 32;
        if (!value.TryFormat(Room(longest), out int bytes, format, CultureInfo.InvariantCulture))
            throw new ArgumentException($"{value} is longer than a number can be");
        _length += bytes;
    }

    private void EscapedText(scoped ReadOnlySpan<byte> utf8)
    {
        const int longestEscape = 6;
        Mark((byte)'"');
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, Room(utf8.Length * longestEscape), out _, out int bytes);
        _length += bytes;
        Mark((byte)'"');
    }

    // Nothing stands before the first member of an object or the first element of an array.
    private int Comma(Span<byte> room)
    {
        if (_length == 0 || _bytes[_length - 1] is (byte)'{' or (byte)'[' or (byte)':')
            return 0;
        room[0] = (byte)',';
        return 1;
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - _length < bytes)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes));
        return _bytes.AsSpan(_length);
    }
}
