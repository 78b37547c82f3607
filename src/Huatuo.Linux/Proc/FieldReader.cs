using System.Buffers.Text;

namespace Huatuo.Linux.Proc;

/// <summary>The fields of a line, which blanks and tabs separate.</summary>
/// <param name="line">The line.</param>
public ref struct FieldReader(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    /// <summary>What follows the fields taken so far.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest.TrimStart(" \t"u8);

    /// <summary>Takes the next field.</summary>
    /// <returns>False at the end of the line.</returns>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        _rest = Rest;
        int end = _rest.IndexOfAny((byte)' ', (byte)'\t');
        field = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        return !field.IsEmpty;
    }

    /// <summary>Passes over fields.</summary>
    /// <returns>False when there are not so many.</returns>
    public bool Skip(int count)
    {
        for (; count > 0; count--)
            if (!TryNext(out _))
                return false;
        return true;
    }

    /// <summary>Takes the next field as a number that is not negative.</summary>
    /// <returns>False when there is no field, or it is none.</returns>
    public bool TryNumber(out ulong value)
    {
        value = 0;
        return TryNext(out ReadOnlySpan<byte> field) && TryParse(field, out value);
    }

    /// <summary>Takes the next field as a number in hexadecimal digits, with or without <c>0x</c>.</summary>
    /// <returns>False when there is no field, or it is none.</returns>
    public bool TryHex(out ulong value)
    {
        value = 0;
        if (!TryNext(out ReadOnlySpan<byte> field))
            return false;
        ReadOnlySpan<byte> digits = field.StartsWith("0x"u8) ? field[2..] : field;
        return Utf8Parser.TryParse(digits, out value, out int used, 'x') && used == digits.Length;
    }

    /// <summary>Takes the next fields as numbers that are not negative.</summary>
    /// <param name="values">Receives them.</param>
    /// <returns>How many there were before the end of the line or a field that is none, which is not taken.</returns>
    public int Numbers(scoped Span<ulong> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> before = _rest;
            if (TryNumber(out values[i]))
                continue;
            _rest = before;
            return i;
        }
        return values.Length;
    }

    /// <summary>Reads a whole field as a number that is not negative.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out ulong value) => Utf8Parser.TryParse(field, out value, out int used) && used == field.Length;
}
