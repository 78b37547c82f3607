using System.Globalization;
using System.Text;

namespace Huatuo.Agent.Terminal;

/// <summary>Text in a given number of a terminal's columns; nothing in it can steer the terminal.</summary>
internal static class CellText
{
    private const char Instead = '\ufffd';

    // Blocks of characters that take two columns (Unicode, East Asian Width: W and F, by blocks).
    private static readonly (int First, int Last)[] s_wide =
    [
        (0x1100, 0x115f), (0x2e80, 0xa4cf), (0xac00, 0xd7a3), (0xf900, 0xfaff), (0xfe30, 0xfe6f), (0xff00, 0xff60), (0xffe0, 0xffe6), (0x1f300, 0x1faff), (0x20000, 0x3fffd),
    ];

    /// <summary>The text, cut with an ellipsis or filled up with blanks.</summary>
    internal static string Fit(string text, int columns)
    {
        var line = new StringBuilder();
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Rune shown = IsPrintable(rune) ? rune : new Rune(Instead);
            int wide = Columns(shown);
            if (used + wide > columns)
            {
                Cut(line, ref used, columns);
                break;
            }
            line.Append(shown.ToString());
            used += wide;
        }
        return line.Append(' ', Math.Max(0, columns - used)).ToString();
    }

    /// <summary>How many columns a text takes.</summary>
    internal static int Width(string text) => text.EnumerateRunes().Sum(Columns);

    private static void Cut(StringBuilder line, ref int used, int columns)
    {
        while (line.Length > 0 && used >= columns)
        {
            Rune.DecodeLastFromUtf16(line.ToString(), out Rune last, out int letters);
            line.Length -= letters;
            used -= Columns(last);
        }
        if (columns > 0)
        {
            line.Append('…');
            used++;
        }
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static int Columns(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            return 0;
        foreach ((int first, int last) in s_wide)
            if (rune.Value >= first && rune.Value <= last)
                return 2;
        return 1;
    }
}
