using System.Globalization;

namespace Huatuo.Linux.Kallsyms;

/// <summary>Addresses of functions by their names, as <c>kallsyms</c> lists them. Reads all of it, some 40 ms.</summary>
public static class TextSymbols
{
    /// <summary>Looks for functions of the core kernel.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="procRoot">Normally <c>/proc</c>.</param>
    /// <returns>Those that are listed; none when addresses are hidden or the file cannot be read.</returns>
    public static IReadOnlyDictionary<string, ulong> Find(IReadOnlyCollection<string> names, string procRoot = "/proc")
    {
        ArgumentNullException.ThrowIfNull(names);
        Dictionary<string, ulong> found = [];
        try
        {
            foreach (string line in File.ReadLines(Path.Combine(procRoot, "kallsyms")))
                if (line.Split(' ') is [var address, "t" or "T", var name] && names.Contains(name)
                    && ulong.TryParse(address, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) && value != 0
                    && found.TryAdd(name, value) && found.Count == names.Count)
                    break;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            found.Clear();
        }
        return found;
    }
}
