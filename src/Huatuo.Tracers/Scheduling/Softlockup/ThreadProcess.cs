using System.Globalization;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>The process of a thread, from /proc.</summary>
/// <param name="procRoot">The /proc to read.</param>
internal sealed class ThreadProcess(string procRoot)
{
    /// <summary>The thread group's number; the thread's own when it is gone.</summary>
    /// <param name="tid">A thread, by its number in the initial namespace.</param>
    internal uint Of(uint tid)
    {
        const string field = "Tgid:";
        foreach (ReadOnlySpan<char> line in (KernelFile.TryRead(Path.Combine(procRoot, tid.ToString(CultureInfo.InvariantCulture), "status")) ?? "").EnumerateLines())
            if (line.StartsWith(field) && uint.TryParse(line[field.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint tgid))
                return tgid;
        return tid;
    }
}
