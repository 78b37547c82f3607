namespace Huatuo.Http.Api;

/// <summary>What came of reading the configuration again.</summary>
/// <param name="Applied">Keys whose new values hold now.</param>
/// <param name="Restart">Keys whose new values hold when the agent is started again, those of earlier readings included.</param>
/// <param name="Errors">What is wrong with it; with any, nothing has changed.</param>
public sealed record ReloadOutcome(IReadOnlyList<string> Applied, IReadOnlyList<string> Restart, IReadOnlyList<string> Errors);
