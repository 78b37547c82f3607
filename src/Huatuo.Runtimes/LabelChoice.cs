namespace Huatuo.Runtimes;

/// <summary>Which labels and annotations documents carry.</summary>
/// <param name="patterns">Names; a <c>*</c> at the end stands for any rest.</param>
internal sealed class LabelChoice(IReadOnlyList<string> patterns)
{
    private const int MaxLabels = 64;
    private const int MaxValue = 1024;
    private readonly HashSet<string> _names = [.. patterns.Where(pattern => !pattern.EndsWith('*'))];
    private readonly string[] _prefixes = [.. patterns.Where(pattern => pattern.EndsWith('*')).Select(pattern => pattern[..^1])];

    /// <summary>Those that are chosen, in the order of their names: labels before annotations of the same name, at most 64, values of at most 1024 characters.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Of(IEnumerable<KeyValuePair<string, string>> labels, IEnumerable<KeyValuePair<string, string>> annotations)
    {
        if (patterns.Count == 0)
            return [];
        var chosen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in labels.Concat(annotations))
            if (IsChosen(name))
                chosen.TryAdd(name, value.Length > MaxValue ? value[..MaxValue] : value);
        return [.. chosen.Take(MaxLabels)];
    }

    private bool IsChosen(string name) => _names.Contains(name) || _prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
