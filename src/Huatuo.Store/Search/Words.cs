using System.Buffers;

namespace Huatuo.Store.Search;

/// <summary>
/// What a word is, for the index and for the search: a run of letters, digits, <c>_ . : -</c> and bytes outside of ASCII;
/// ASCII letters count without their case. The index has one character more, <see cref="Reference"/>, which no word holds.
/// </summary>
internal static class Words
{
    /// <summary>Begins the word that stands for a stack: <c>#12</c>.</summary>
    public const byte Reference = (byte)'#';

    /// <summary>The tokenizer of FTS5 that splits in the same way; bytes outside of ASCII always belong to a word.</summary>
    public const string Tokenizer = "ascii tokenchars ''_.:-#''";

    private static readonly SearchValues<byte> Inside = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(code => code >= 0x80 || char.IsAsciiLetterOrDigit((char)code) || (char)code is '_' or '.' or ':' or '-').Select(code => (byte)code)]);

    /// <summary>Takes the next word off a text.</summary>
    /// <returns>False when there is none.</returns>
    public static bool TryNext(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> word)
    {
        int start = text.IndexOfAny(Inside);
        if (start < 0)
        {
            text = word = [];
            return false;
        }
        text = text[start..];
        int end = text.IndexOfAnyExcept(Inside);
        word = end < 0 ? text : text[..end];
        text = text[word.Length..];
        return true;
    }

    /// <summary>Whether a text holds a word.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="word">The word.</param>
    /// <param name="isPrefix">Whether the beginning of a word is enough.</param>
    public static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word, bool isPrefix)
    {
        while (TryNext(ref text, out ReadOnlySpan<byte> candidate))
        {
            if (isPrefix && candidate.Length > word.Length)
                candidate = candidate[..word.Length];
            if (IsSame(candidate, word))
                return true;
        }
        return false;
    }

    private static bool IsSame(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
            return false;
        for (int i = 0; i < a.Length; i++)
            if (Folded(a[i]) != Folded(b[i]))
                return false;
        return true;
    }

    private static byte Folded(byte letter) => char.IsAsciiLetterUpper((char)letter) ? (byte)(letter | 0x20) : letter;
}
