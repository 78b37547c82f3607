using System.Text.RegularExpressions;

namespace Huatuo.Tracers.Collecting;

/// <summary>Which names are shown: those in which one expression is found and another is not; an empty one asks nothing.</summary>
/// <param name="included">What has to be found.</param>
/// <param name="excluded">What must not be found.</param>
internal sealed class NameFilter(string included, string excluded)
{
    private readonly Regex? _included = Compile(included);
    private readonly Regex? _excluded = Compile(excluded);

    internal bool Takes(string name) => _included?.IsMatch(name) != false && _excluded?.IsMatch(name) != true;

    /// <summary>The name itself, or null when it is not shown.</summary>
    internal string? Choose(string name) => Takes(name) ? name : null;

    private static Regex? Compile(string pattern) => pattern.Length == 0 ? null : new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
