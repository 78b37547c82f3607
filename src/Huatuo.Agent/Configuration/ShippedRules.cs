using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>The rules that hold unless the configuration changes them, in the language of the configuration.</summary>
internal static class ShippedRules
{
    private const string Resource = "shipped-rules.yaml";

    /// <summary>Reads the embedded rules.</summary>
    /// <exception cref="InvalidOperationException">They are wrong: a defect of this program.</exception>
    public static IReadOnlyList<Rule> Read()
    {
        using Stream stream = typeof(ShippedRules).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        var diagnostics = new Diagnostics();
        var root = ConfigFile.Read(stream, Resource, diagnostics) as ConfigMapping;
        var rules = new RuleReader([], null, diagnostics).Read(root?.Find("rules")?.Value);
        if (diagnostics.HasErrors)
            throw new InvalidOperationException(diagnostics.ToString());
        return [.. rules.Select(rule => rule.Rule)];
    }
}
