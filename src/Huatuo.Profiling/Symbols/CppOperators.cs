namespace Huatuo.Profiling.Symbols;

/// <summary>The two letters that stand for an operator of C++.</summary>
internal static class CppOperators
{
    private const string Codes =
        "nw new na new[] dl delete da delete[] aw co_await ps + ng - ad & de * co ~ pl + mi - ml * dv / rm % an & or | eo ^ aS = pL += mI -= mL *= dV /= rM %= aN &= oR |= eO ^= "
        + "ls << rs >> lS <<= rS >>= eq == ne != lt < gt > le <= ge >= ss <=> nt ! aa && oo || pp ++ mm -- cm , pm ->* pt -> cl () ix [] qu ?";

    /// <summary>The operator.</summary>
    /// <returns>Null when the letters stand for none.</returns>
    internal static string? Find(int first, int second)
    {
        for (int at = 0; at >= 0 && at < Codes.Length;)
        {
            int end = Codes.IndexOf(' ', at + 3);
            if (Codes[at] == first && Codes[at + 1] == second)
                return Codes[(at + 3)..(end < 0 ? Codes.Length : end)];
            at = end < 0 ? -1 : end + 1;
        }
        return null;
    }
}
