using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Linux.Cgroups;

/// <summary>Finds the container id that runtimes put into the name of a container's cgroup.</summary>
public static class ContainerIds
{
    internal const int IdLength = 64;
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
        bool found = TryFind(cgroupPath, out int start, out _);
        containerId = found ? cgroupPath.Slice(start, IdLength).ToString() : null;
        return found;
    }

    /// <summary>Where the id starts, and where the component that bears it ends.</summary>
    internal static bool TryFind(ReadOnlySpan<char> cgroupPath, out int idStart, out int componentEnd)
    {
        componentEnd = cgroupPath.Length;
        while (componentEnd > 0)
        {
            int start = cgroupPath[..componentEnd].LastIndexOf('/') + 1;
            if (IsContainer(cgroupPath[start..componentEnd], out int digits))
            {
                idStart = start + digits;
                return true;
            }
            componentEnd = Math.Max(start - 1, 0);
        }
        idStart = 0;
        return false;
    }

    private static bool IsContainer(ReadOnlySpan<char> component, out int digits)
    {
        const string scope = ".scope";
        if (component.EndsWith(scope)) component = component[..^scope.Length];
        digits = component.Length - IdLength;
        if (digits < 0 || component[digits..].ContainsAnyExcept(s_hex)) return false;
        var prefix = component[..digits];
        return prefix.IsEmpty || (prefix.Length > 1 && prefix[^1] is '-' or ':' && !prefix.EndsWith("-conmon-"));
    }
}
