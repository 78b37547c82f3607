using System.Text;
using System.Text.Json;

namespace Huatuo.Store.Search;

/// <summary>A field of one of some names, at whatever depth, has a value.</summary>
/// <param name="names">The names.</param>
/// <param name="value">The value as it is written.</param>
/// <param name="prefixOf">The one of the names for which the beginning of the value is enough, or none.</param>
internal sealed class NamedCondition(string[] names, string value, string? prefixOf = null) : Condition
{
    private readonly byte[][] _names = [.. names.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _value = Encoding.UTF8.GetBytes(value);
    private readonly byte[] _prefixOf = Encoding.UTF8.GetBytes(prefixOf ?? "");

    public override IEnumerable<IReadOnlyList<SoughtWord>> Implied =>
        SoughtWord.Parse(value).Select(word => (IReadOnlyList<SoughtWord>)[word with { IsPrefix = prefixOf is not null }]);

    public override void See(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, JsonTokenType token, ReadOnlySpan<byte> value)
    {
        foreach (byte[] known in _names)
            Holds |= name.SequenceEqual(known) && (value.SequenceEqual(_value) || (name.SequenceEqual(_prefixOf) && value.StartsWith(_value)));
    }
}
