namespace Huatuo.Agent.Configuration;

/// <summary>Which keys hold as soon as the configuration is read again; all others wait for the next start of the agent.</summary>
internal static class ReloadableKeys
{
    private static readonly string[] Server =
        ["username", "password_file", "bearer_token_file", "ca_file", "compress", "batch_bytes", "batch_events", "batch_interval", "timeout"];

    private static readonly HashSet<string> Single =
    [
        "metrics.upstream_names", "api.requests_per_second", "api.max_streams",
        .. Of("store.local", "rotate_size", "rotate_count", "compress", "max_size", "max_age", "sync_interval"),
        .. Of("store.sqlite", "max_size", "max_age", "sync_interval"),
        .. Of("store.elasticsearch", ["addresses", "api_key_file", .. Server]),
        .. Of("store.otlp", ["endpoint", "profiles_endpoint", .. Server]),
    ];

    /// <summary>Whether a key is one of them.</summary>
    /// <param name="path">Its dotted path from the root; <c>rules</c> for the rules.</param>
    internal static bool Contains(string path) =>
        path == AgentOptions.RulesKey || path.StartsWith(AgentOptions.TracersKey + ".", StringComparison.Ordinal) || Single.Contains(path);

    private static IEnumerable<string> Of(string section, params string[] keys) => keys.Select(key => $"{section}.{key}");
}
