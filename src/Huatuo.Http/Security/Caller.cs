namespace Huatuo.Http.Security;

/// <summary>Who sent a request.</summary>
/// <param name="Name">The token's name, or <c>root</c>.</param>
/// <param name="Scopes">What he may do.</param>
internal sealed record Caller(string Name, Scope Scopes)
{
    /// <summary>Root on the Unix socket.</summary>
    public static Caller Root { get; } = new("root", Scope.Read | Scope.Control | Scope.Profile);

    /// <summary>Somebody on a route that is open to all.</summary>
    public static Caller Anyone { get; } = new("anyone", Scope.None);
}
