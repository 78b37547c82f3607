using Huatuo.Flow.Options;

namespace Huatuo.Http.Api;

/// <summary>Values of options as anybody may see them.</summary>
internal static class OptionText
{
    /// <summary>What stands in place of a value that is a secret.</summary>
    public const string Hidden = "(hidden)";

    private static readonly string[] SecretWords = ["authorization", "password", "secret", "token", "api_key"];

    /// <summary>The value as it is written in the configuration file; secrets are hidden.</summary>
    public static string Shown(EffectiveOption option) => IsSecret(option) ? Hidden : option.Value;

    private static bool IsSecret(EffectiveOption option)
    {
        // A name and a password can be in a URL.
        if (option.Value.Contains("://", StringComparison.Ordinal) && option.Value.Contains('@', StringComparison.Ordinal))
            return true;
        string name = option.Path[(option.Path.LastIndexOf('.') + 1)..];
        return option.Value is not ("\"\"" or "''" or "") && !name.EndsWith("_file", StringComparison.Ordinal) && Array.Exists(SecretWords, word => name.Contains(word, StringComparison.Ordinal));
    }
}
