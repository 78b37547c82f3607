using System.Globalization;
using System.Text;

namespace Huatuo.Flow.Filter;

/// <summary>Takes the escapes out of the inside of a JSON string literal.</summary>
internal static class JsonEscapes
{
    /// <summary>
    /// Writes the text in UTF-8 as far as it fits and returns its length. What is no escape of JSON is copied, half a
    /// surrogate pair becomes U+FFFD.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> content, Span<byte> text)
    {
        int length = 0;
        while (!content.IsEmpty && length < text.Length)
        {
            if (content[0] != '\\' || content.Length == 1)
            {
                text[length++] = content[0];
                content = content[1..];
            }
            else if (content[1] == 'u' && TryUnit(content, out char unit))
            {
                content = content[6..];
                if (!Rune.TryCreate(unit, out Rune rune))
                    rune = Rune.ReplacementChar;
                if (char.IsHighSurrogate(unit) && TryUnit(content, out char low) && Rune.TryCreate(unit, low, out Rune pair))
                {
                    rune = pair;
                    content = content[6..];
                }

                if (!rune.TryEncodeToUtf8(text[length..], out int written))
                    break;
                length += written;
            }
            else
            {
                text[length++] = content[1] switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'t' => (byte)'\t',
                    (byte)'r' => (byte)'\r',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    byte other => other,
                };
                content = content[2..];
            }
        }

        return length;
    }

    private static bool TryUnit(ReadOnlySpan<byte> content, out char unit)
    {
        unit = default;
        if (content.Length < 6 || content[0] != '\\' || content[1] != 'u'
            || !ushort.TryParse(content.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value))
            return false;
        unit = (char)value;
        return true;
    }
}
