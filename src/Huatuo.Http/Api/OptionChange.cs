using System.Text.Json;

namespace Huatuo.Http.Api;

/// <summary>Another value of a key, now and at the next start.</summary>
/// <param name="Path">The key's dotted path from the root; <c>rules</c> for the rules.</param>
/// <param name="Text">The value as the command line has it; null for what the configuration says without it, also of all keys below the path.</param>
/// <param name="IsJson">Whether the value is JSON instead: a list that the command line cannot have.</param>
public sealed record OptionChange(string Path, string? Text, bool IsJson = false)
{
    /// <summary>As the log has it: lists that can be long are told key by key when they hold.</summary>
    public override string ToString() => $"{Path}={(IsJson ? "(a list)" : Text ?? "(as configured)")}";

    /// <summary>Reads a JSON value that is no object.</summary>
    internal static OptionChange Of(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => new OptionChange(path, null),
        JsonValueKind.Array when value.GetArrayLength() == 0 || !value.EnumerateArray().All(IsWord) => new OptionChange(path, value.GetRawText(), IsJson: true),
        JsonValueKind.Array => new OptionChange(path, string.Join(',', value.EnumerateArray().Select(Word))),
        _ => new OptionChange(path, Word(value)),
    };

    // What is between commas is trimmed there.
    private static bool IsWord(JsonElement item) =>
        item.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
        && Word(item) is { Length: > 0 } word && word == word.Trim() && !word.Contains(',', StringComparison.Ordinal);

    private static string Word(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
