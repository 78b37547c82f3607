using System.Buffers;
using System.Globalization;
using System.Text;

namespace Huatuo.Flow.Options;

/// <summary>Writes text as a YAML scalar that stands on one line, also inside a flow list.</summary>
public static class YamlText
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:-");

    private static readonly SearchValues<char> Numeric = SearchValues.Create("0123456789.:eExX_-");

    /// <summary>The text as it is where nothing else could be read from it, else in double quotes.</summary>
    public static string Format(string text) => IsPlain(text) && !IsWord(text) ? text : Quoted(text);

    /// <summary>The text as it is where YAML allows it: for values that are not read as text, such as addresses.</summary>
    internal static string FormatTyped(string text) => IsPlain(text) ? text : Quoted(text);

    private static bool IsPlain(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain) && text[0] is not ('-' or ':' or '.') && text[^1] != ':';

    private static bool IsWord(string text) =>
        ConfigScalar.IsNullWord(text) || !text.AsSpan().ContainsAnyExcept(Numeric)
        || text.StartsWith("0x", StringComparison.Ordinal)
        || text.ToUpperInvariant() is "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N";

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when c is >= ' ' and <= '~' => quoted.Append(c),
                _ when char.IsLetter(c) => quoted.Append(c),
                _ when char.IsSurrogate(c) => quoted.Append(c),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }

        return quoted.Append('"').ToString();
    }
}
