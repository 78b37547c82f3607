using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>Which keys hold before the next start of the agent.</summary>
internal static class ReloadableKeys
{
    /// <summary>How another value of a key comes to hold; null when there is no such key. Below a tracer it is said of keys that do not exist as well.</summary>
    /// <param name="path">Its dotted path from the root; <c>rules</c> for the rules.</param>
    internal static KeyChange? Of(string path) =>
        path == AgentOptions.RulesKey || path.StartsWith(AgentOptions.TracersKey + ".", StringComparison.Ordinal) ? KeyChange.Request : AgentOptions.Schema.ChangeOf(path);

    /// <summary>Whether a key holds as soon as the configuration is read again.</summary>
    /// <param name="path">Its dotted path from the root.</param>
    internal static bool Contains(string path) => Of(path) is KeyChange.File or KeyChange.Request;
}
