using System.Globalization;

namespace Huatuo.Bpf.Rings;

/// <summary>The CPUs that run, from <c>devices/system/cpu/online</c> below a root for /sys.</summary>
/// <param name="sysRoot">Normally <c>/sys</c>.</param>
public sealed class OnlineCpus(string sysRoot = "/sys")
{
    private readonly string _path = Path.Combine(sysRoot, "devices/system/cpu/online");

    /// <summary>Reads the list, such as <c>0-3,7</c>.</summary>
    /// <exception cref="InvalidDataException">It is not such a list.</exception>
    public IReadOnlyList<int> Read() => Parse(File.ReadAllText(_path));

    /// <summary>Parses a CPU list.</summary>
    /// <exception cref="InvalidDataException">It is not one.</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        const int most = 64 * 1024;
        ArgumentNullException.ThrowIfNull(text);
        var cpus = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2
                || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                || last < first || last >= most || cpus.Count + last - first >= most)
                throw new InvalidDataException($"'{text.Trim()}' is not a list of CPUs");
            for (int cpu = first; cpu <= last; cpu++)
                cpus.Add(cpu);
        }
        return cpus;
    }
}
