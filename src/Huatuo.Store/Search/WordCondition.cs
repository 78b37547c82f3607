using System.Text.Json;

namespace Huatuo.Store.Search;

/// <summary>Some field holds a word.</summary>
internal sealed class WordCondition(SoughtWord word) : Condition
{
    public override IEnumerable<IReadOnlyList<SoughtWord>> Implied => [[word]];

    public override void See(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, JsonTokenType token, ReadOnlySpan<byte> value) =>
        Holds |= token is JsonTokenType.String or JsonTokenType.Number && SearchedFields.Has(name) && Words.Contains(value, word.Utf8, word.IsPrefix);
}
