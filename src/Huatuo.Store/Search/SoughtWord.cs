using System.Text;

namespace Huatuo.Store.Search;

/// <summary>A word that some field must hold.</summary>
/// <param name="Utf8">The word.</param>
/// <param name="IsPrefix">Whether the beginning of a word is enough.</param>
internal sealed record SoughtWord(byte[] Utf8, bool IsPrefix)
{
    /// <summary>The words of a text that a user wrote.</summary>
    public static List<SoughtWord> Parse(string text)
    {
        var words = new List<SoughtWord>();
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        while (Words.TryNext(ref rest, out ReadOnlySpan<byte> word))
            words.Add(new SoughtWord(word.ToArray(), rest.StartsWith("*"u8)));
        return words;
    }

    /// <summary>The word as an expression of FTS5.</summary>
    public string Expression => $"\"{Encoding.UTF8.GetString(Utf8)}\"{(IsPrefix ? " *" : "")}";
}
