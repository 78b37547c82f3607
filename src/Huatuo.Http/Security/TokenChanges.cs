namespace Huatuo.Http.Security;

/// <summary>What has become of tokens between two readings of their file.</summary>
internal static class TokenChanges
{
    /// <summary>A sentence for each token that was made, changed or revoked.</summary>
    /// <param name="before">The tokens of the reading before.</param>
    /// <param name="now">The tokens of this one.</param>
    public static IEnumerable<string> Between(IReadOnlyList<Token> before, IReadOnlyList<Token> now)
    {
        Token[] added = [.. now.Where(token => !before.Any(token.IsSame))];
        Token[] removed = [.. before.Where(token => !now.Any(token.IsSame))];
        foreach (Token token in added)
            yield return Tell(token, Has(removed, token.Name) ? "changed" : "made");
        foreach (Token token in removed.Where(token => !Has(added, token.Name)))
            yield return Tell(token, "revoked");
    }

    private static bool Has(Token[] tokens, string name) => Array.Exists(tokens, token => token.Name == name);

    private static string Tell(Token token, string what) => $"the token {token.Name} ({string.Join(", ", token.Scopes.Words())}) was {what}";
}
