using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Dload;

/// <summary>Stacks that somebody has looked into already.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Pattern">A regular expression that is searched for in them.</param>
internal sealed record KnownIssue(string Name, string Pattern)
{
    private readonly Regex _regex = new(Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>How it is written: <c>NAME=PATTERN</c>.</summary>
    internal static OptionType<KnownIssue> Type { get; } = new IssueType();

    /// <summary>Whether these are such stacks.</summary>
    internal bool Fits(string stacks) => _regex.IsMatch(stacks);

    private sealed class IssueType : OptionType<KnownIssue>
    {
        public override string Syntax => "NAME=PATTERN, with a regular expression";

        public override bool TryParse(ConfigNode node, [MaybeNullWhen(false)] out KnownIssue value, [NotNullWhen(false)] out string? error)
        {
            value = null;
            string text = node is ConfigScalar { IsNull: false } scalar ? scalar.Text : "";
            int at = text.IndexOf('=', StringComparison.Ordinal);
            error = $"expected {Syntax}, found {node.Describe()}";
            if (at <= 0 || !OptionTypes.Pattern.TryParse(new ConfigScalar(node.Position, text[(at + 1)..], isQuoted: true), out string? pattern, out error))
                return false;
            value = new KnownIssue(text[..at], pattern);
            return true;
        }

        public override string Format(KnownIssue value) => OptionTypes.Text.Format($"{value.Name}={value.Pattern}");
    }
}
