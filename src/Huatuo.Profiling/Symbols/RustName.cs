using System.Buffers;
using System.Globalization;
using System.Text;

namespace Huatuo.Profiling.Symbols;

/// <summary>Names of Rust's legacy scheme: <c>_ZN</c>, parts with their lengths, a hash, <c>E</c>.</summary>
internal static class RustName
{
    private const int HashBytes = 17;
    private static readonly SearchValues<byte> s_hex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The path without the hash.</summary>
    /// <returns>Null when it is no such name.</returns>
    internal static string? Read(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder();
        ReadOnlySpan<byte> rest = name[3..], part = default;
        while (!rest.IsEmpty && rest[0] != 'E')
        {
            if (!part.IsEmpty)
                Append(text, part);
            int length = 0;
            for (; !rest.IsEmpty && rest[0] is >= (byte)'0' and <= (byte)'9' && length < name.Length; rest = rest[1..])
                length = length * 10 + rest[0] - '0';
            if (length == 0 || length > rest.Length)
                return null;
            part = rest[..length];
            rest = rest[length..];
        }
        bool isHash = !rest.IsEmpty && part.Length == HashBytes && part[0] == 'h' && part[1..].IndexOfAnyExcept(s_hex) < 0;
        return isHash && text.Length > 0 ? text.ToString() : null;
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> part)
    {
        if (text.Length > 0)
            text.Append("::");
        if (part.StartsWith("_$"u8))
            part = part[1..];
        string name = Encoding.UTF8.GetString(part);
        for (int i = 0; i < name.Length; i++)
        {
            int end = name[i] == '$' ? name.IndexOf('$', i + 1) : -1;
            if (end > i && Escape(name[(i + 1)..end]) is { } meant)
            {
                text.Append(meant);
                i = end;
            }
            else if (name[i] == '.' && i + 1 < name.Length && name[i + 1] == '.')
            {
                text.Append("::");
                i++;
            }
            else
            {
                text.Append(name[i]);
            }
        }
    }

    private static string? Escape(string code) => code switch
    {
        "SP" => "@",
        "BP" => "*",
        "RF" => "&",
        "LT" => "<",
        "GT" => ">",
        "LP" => "(",
        "RP" => ")",
        "C" => ",",
        ['u', .. var digits] when int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int point) && point is >= 0x20 and < 0xd800 => ((char)point).ToString(),
        _ => null,
    };
}
