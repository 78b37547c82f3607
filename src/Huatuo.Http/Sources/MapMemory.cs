using System.Globalization;

namespace Huatuo.Http.Sources;

/// <summary>What a map takes in the kernel: the line <c>memlock:</c> of its fdinfo (kernel/bpf/syscall.c, exact since 6.4).</summary>
internal static class MapMemory
{
    private const string Key = "memlock:";

    /// <summary>Bytes; 0 when the kernel does not say.</summary>
    internal static long Bytes(int fd)
    {
        try
        {
            foreach (string line in File.ReadLines($"/proc/self/fdinfo/{fd.ToString(CultureInfo.InvariantCulture)}"))
                if (line.StartsWith(Key, StringComparison.Ordinal) && long.TryParse(line.AsSpan(Key.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long bytes))
                    return bytes;
        }
        catch (IOException)
        {
        }
        return 0;
    }
}
