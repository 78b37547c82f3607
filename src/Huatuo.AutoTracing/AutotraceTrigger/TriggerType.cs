using System.Diagnostics.CodeAnalysis;
using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>Triggers as they are written in the configuration: a list of mappings.</summary>
internal sealed class TriggerType : OptionType<IReadOnlyList<TriggerOptions>>
{
    private const int Most = 64;

    /// <inheritdoc/>
    public override string Syntax => "a list of triggers";

    /// <inheritdoc/>
    public override bool TryParse(ConfigNode node, [MaybeNullWhen(false)] out IReadOnlyList<TriggerOptions> value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        error = null;
        if (node is not ConfigSequence sequence)
        {
            error = $"expected a list of triggers, each with name, when and capture, found {node.Describe()}";
            return false;
        }
        List<TriggerOptions> triggers = [];
        foreach (ConfigNode item in sequence.Items)
        {
            if (!TryItem(item, out TriggerOptions? trigger, out error))
                return false;
            if (triggers.Exists(other => other.Name == trigger.Name))
                error = $"{item.Position}: name: there are two triggers '{trigger.Name}'";
            triggers.Add(trigger);
        }
        if (triggers.Count > Most)
            error = $"there are {triggers.Count} triggers; {Most} are possible";
        value = triggers;
        return error is null;
    }

    /// <inheritdoc/>
    public override string Format(IReadOnlyList<TriggerOptions> value) => $"[{string.Join(", ", value.Select(Format))}]";

    private static string Format(TriggerOptions trigger) =>
        $"{{{string.Join(", ", TriggerOptions.Schema.Effective(trigger, null, "").Select(option => $"{option.Path}: {option.Value}"))}}}";

    private static bool TryItem(ConfigNode item, [NotNullWhen(true)] out TriggerOptions? trigger, [NotNullWhen(false)] out string? error)
    {
        trigger = null;
        error = null;
        if (item is not ConfigMapping)
        {
            error = $"{item.Position}: expected a trigger with name, when and capture, found {item.Describe()}";
            return false;
        }
        var diagnostics = new Diagnostics();
        TriggerOptions read = TriggerOptions.Schema.Bind(item, diagnostics, "");
        if (diagnostics.HasErrors)
        {
            error = diagnostics.Errors[0].ToString();
            return false;
        }
        try
        {
            read.Read();
        }
        catch (FormatException wrong)
        {
            error = $"{item.Position}: {wrong.Message}";
            return false;
        }
        trigger = read;
        return true;
    }
}
