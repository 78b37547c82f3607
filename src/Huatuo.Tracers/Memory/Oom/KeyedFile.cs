using System.Globalization;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>Kernel files with a name and a number in each line.</summary>
internal static class KeyedFile
{
    /// <summary>Reads one; a file that is missing gives nothing, a line that is none is skipped.</summary>
    internal static Dictionary<string, long> Read(string path)
    {
        Dictionary<string, long> values = [];
        foreach (string line in Text(path).Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
                values[words[0].TrimEnd(':')] = value;
        }
        return values;
    }

    /// <summary>All of a small file; empty when it cannot be read.</summary>
    internal static string Text(string path) => KernelFile.TryRead(path) ?? "";
}
