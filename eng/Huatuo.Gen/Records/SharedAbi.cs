using Huatuo.Gen.Btf;

namespace Huatuo.Gen.Records;

/// <summary>The types of <c>abi.bpf.c</c>, which the code of every other object refers to instead of having its own.</summary>
/// <param name="types">The BTF of that object.</param>
/// <param name="exported">BTF ids of what it exports, with their C# names.</param>
internal sealed class SharedAbi(BtfTypes types, IReadOnlyDictionary<uint, string> exported)
{
    public const string Namespace = "Huatuo.Bpf.Abi";

    private readonly Dictionary<string, (uint Id, string Name)> _bySpelling = exported
        .Where(entry => types[entry.Key].Name.Length > 0)
        .ToDictionary(entry => types[entry.Key].Spelling, entry => (entry.Key, entry.Value), StringComparer.Ordinal);

    /// <summary>The C# name of a type of another object that is shared; null when it is that object's own.</summary>
    /// <remarks>A shared type whose layout is another one is added to <paramref name="rejections"/>.</remarks>
    public string? Find(BtfTypes others, BtfType type, Rejections rejections)
    {
        if (type.Name.Length == 0 || !_bySpelling.TryGetValue(type.Spelling, out (uint Id, string Name) shared))
            return null;
        string? difference = LayoutComparison.FirstDifference(others, type.Id, types, shared.Id);
        if (difference is not null)
            rejections.Add(type.Spelling, $"differs from the one that abi.bpf.c exports: {difference}");
        return $"global::{Namespace}.{shared.Name}";
    }
}
