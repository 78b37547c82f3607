using System.Globalization;

namespace Huatuo.Linux.Proc;

/// <summary>What <c>/proc/stat</c> tells of each online CPU (fs/proc/stat.c: show_stat).</summary>
public static class CpuTimes
{
    // user, nice, system, idle, iowait, irq, softirq, steal; the guest times that follow are part of user and nice.
    private const int Kinds = 8;

    /// <summary>
    /// All time accounted on each online CPU since boot, in hundredths of a second. A CPU that idles is accounted without
    /// doing anything, a busy one by its scheduler tick: that of one that takes no interrupts stands still.
    /// </summary>
    /// <param name="procRoot">Normally <c>/proc</c>.</param>
    /// <returns>By CPU; empty when the file cannot be read.</returns>
    public static SortedDictionary<int, long> Totals(string procRoot = "/proc")
    {
        SortedDictionary<int, long> totals = [];
        foreach (ReadOnlySpan<char> line in (KernelFile.TryRead(Path.Combine(procRoot, "stat")) ?? "").EnumerateLines())
            if (TryParse(line, out int cpu, out long total))
                totals[cpu] = total;
        return totals;
    }

    private static bool TryParse(ReadOnlySpan<char> line, out int cpu, out long total)
    {
        total = 0;
        cpu = -1;
        int field = 0;
        foreach (Range range in line.Split(' '))
        {
            ReadOnlySpan<char> word = line[range];
            if (field == 0)
            {
                if (!word.StartsWith("cpu") || !int.TryParse(word[3..], NumberStyles.None, CultureInfo.InvariantCulture, out cpu))
                    return false;
            }
            else if (field > Kinds)
                break;
            else if (long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long time))
                total += time;
            else
                return false;
            field++;
        }
        return field > Kinds;
    }
}
