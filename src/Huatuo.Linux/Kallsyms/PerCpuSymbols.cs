using System.Globalization;

namespace Huatuo.Linux.Kallsyms;

/// <summary>
/// Offsets of variables within the per-CPU area, as <c>kallsyms</c> lists them on kernels with CONFIG_KALLSYMS_ALL: with
/// type A, at its beginning, where the area starts at zero (x86-64 until 6.14).
/// </summary>
public static class PerCpuSymbols
{
    private const int MaxLines = 20_000;

    /// <summary>Looks for one variable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="offset">Bytes from the start of the area.</param>
    /// <param name="procRoot">Normally <c>/proc</c>.</param>
    /// <returns>False when it is not listed, or when addresses are hidden.</returns>
    public static bool TryFind(string name, out uint offset, string procRoot = "/proc")
    {
        offset = 0;
        try
        {
            foreach (string line in File.ReadLines(Path.Combine(procRoot, "kallsyms")).Take(MaxLines))
            {
                string[] parts = line.Split(' ');
                if (parts is [var address, "A", var symbol] && symbol == name)
                    return uint.TryParse(address, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out offset) && offset != 0;
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
        }
        return false;
    }
}
