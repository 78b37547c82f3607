namespace Huatuo.Agent.Configuration;

/// <summary>Which keys hold as soon as the configuration is read again; all others wait for the next start of the agent.</summary>
internal static class ReloadableKeys
{
    /// <summary>Whether a key is one of them.</summary>
    /// <param name="path">Its dotted path from the root; <c>rules</c> for the rules.</param>
    internal static bool Contains(string path) =>
        path == AgentOptions.RulesKey || path.StartsWith(AgentOptions.TracersKey + ".", StringComparison.Ordinal);
}
