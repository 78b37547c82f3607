using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Linux.Cgroups;

/// <summary>Finds the container id that runtimes put into the name of a container's cgroup.</summary>
public static class ContainerIds
{
    private const int IdLength = 64;
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// Takes the id of the innermost container of a path: the last component that is 64 lower-case hexadecimal digits,
    /// alone (cgroupfs driver) or after <c>runtime-</c> or <c>slice:runtime:</c>, with or without <c>.scope</c>
    /// (systemd driver). The scopes of <c>conmon</c> bear the id too but hold the monitor, and do not count.
    /// </summary>
    /// <param name="cgroupPath">A path below the hierarchy's mount point.</param>
    /// <param name="containerId">The 64 digits.</param>
    public static bool TryParse(ReadOnlySpan<char> cgroupPath, [NotNullWhen(true)] out string? containerId)
    {
        var rest = cgroupPath;
        while (!rest.IsEmpty)
        {
            int slash = rest.LastIndexOf('/');
            if (IsContainer(rest[(slash + 1)..], out var id))
            {
                containerId = id.ToString();
                return true;
            }
            rest = rest[..Math.Max(slash, 0)];
        }
        containerId = null;
        return false;
    }

    private static bool IsContainer(ReadOnlySpan<char> component, out ReadOnlySpan<char> id)
    {
        const string scope = ".scope";
        if (component.EndsWith(scope)) component = component[..^scope.Length];
        id = default;
        if (component.Length < IdLength) return false;

        var digits = component[^IdLength..];
        if (digits.ContainsAnyExcept(s_hex)) return false;
        var prefix = component[..^IdLength];
        if (!prefix.IsEmpty && (prefix.Length == 1 || prefix[^1] is not ('-' or ':') || prefix.EndsWith("-conmon-")))
            return false;
        id = digits;
        return true;
    }
}
