using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>Chooses containers by one of their names.</summary>
/// <param name="Field">As documents call it.</param>
/// <param name="Pattern">A regular expression that is searched for in it.</param>
internal sealed record ContainerPattern(string Field, string Pattern)
{
    private static readonly Dictionary<string, Func<ContainerNames, string>> s_fields = new()
    {
        ["container_host_namespace"] = names => names.PodNamespace,
        ["container_hostname"] = names => names.Hostname,
        ["container_name"] = names => names.Name,
        ["container_qos"] = names => names.Qos,
    };

    private readonly Regex _regex = new(Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>How it is written: <c>FIELD=PATTERN</c>.</summary>
    internal static OptionType<ContainerPattern> Type { get; } = new PatternType();

    /// <summary>Whether it fits a container; one that has no such name is searched as an empty text.</summary>
    internal bool Fits(ContainerNames names) => _regex.IsMatch(s_fields[Field](names));

    private sealed class PatternType : OptionType<ContainerPattern>
    {
        public override string Syntax => $"FIELD=PATTERN, with a field of {string.Join(", ", s_fields.Keys)} and a regular expression";

        public override bool TryParse(ConfigNode node, [MaybeNullWhen(false)] out ContainerPattern value, [NotNullWhen(false)] out string? error)
        {
            value = null;
            string text = node is ConfigScalar { IsNull: false } scalar ? scalar.Text : "";
            int at = text.IndexOf('=', StringComparison.Ordinal);
            string field = at < 0 ? "" : text[..at];
            error = $"expected {Syntax}, found {node.Describe()}";
            if (!s_fields.ContainsKey(field))
                return false;
            // The pattern is judged as every other in the configuration.
            if (!OptionTypes.Pattern.TryParse(new ConfigScalar(node.Position, text[(at + 1)..], isQuoted: true), out string? pattern, out error))
                return false;
            (value, error) = (new ContainerPattern(field, pattern), null);
            return true;
        }

        public override string Format(ContainerPattern value) => OptionTypes.Text.Format($"{value.Field}={value.Pattern}");
    }
}
