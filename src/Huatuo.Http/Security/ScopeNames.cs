namespace Huatuo.Http.Security;

/// <summary>The words for scopes.</summary>
public static class ScopeNames
{
    private static readonly (string Name, Scope Scope)[] Known = [("read", Scope.Read), ("control", Scope.Control), ("profile", Scope.Profile)];

    /// <summary>All words.</summary>
    public static IEnumerable<string> All => Known.Select(known => known.Name);

    /// <summary>The words for what is in a set of scopes.</summary>
    public static IEnumerable<string> Words(this Scope scopes) => Known.Where(known => scopes.HasFlag(known.Scope)).Select(known => known.Name);

    /// <summary>Reads words.</summary>
    /// <param name="names">The words.</param>
    /// <param name="scopes">What they stand for together.</param>
    /// <param name="unknown">The first that is none.</param>
    public static bool TryParse(IEnumerable<string> names, out Scope scopes, out string unknown)
    {
        scopes = Scope.None;
        unknown = "";
        foreach (string name in names)
        {
            Scope scope = Array.Find(Known, known => known.Name == name).Scope;
            if (scope == Scope.None)
            {
                unknown = name;
                return false;
            }
            scopes |= scope;
        }
        return true;
    }
}
