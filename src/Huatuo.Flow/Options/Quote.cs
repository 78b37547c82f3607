using System.Globalization;
using System.Text;

namespace Huatuo.Flow.Options;

/// <summary>Text of unknown content, made fit for one line.</summary>
internal static class Quote
{
    private const int LongestShown = 64;

    /// <summary>The text in single quotes, cut when it is long.</summary>
    public static string Text(string text) => $"'{Line(text, LongestShown)}'";

    /// <summary>The text with everything that would break a line or hide itself written as <c>\uNNNN</c>.</summary>
    public static string Line(string text, int longest = int.MaxValue)
    {
        var line = new StringBuilder();
        foreach (char c in text.AsSpan(0, int.Min(text.Length, longest)))
        {
            if (IsVisible(c))
                line.Append(c);
            else
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return text.Length > longest ? line.Append('…').ToString() : line.ToString();
    }

    private static bool IsVisible(char c) => c == ' ' || CharUnicodeInfo.GetUnicodeCategory(c) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
