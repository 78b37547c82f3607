using System.Globalization;
using System.Text;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>The tasks that wait uninterruptibly now, with their kernel stacks, from /proc.</summary>
/// <param name="procRoot">The /proc to read.</param>
internal sealed class BlockedTasks(string procRoot)
{
    internal const string TimeoutFile = "/proc/sys/kernel/hung_task_timeout_secs";
    private const int MaxTasks = 100;
    private const int MaxBytes = 64 << 10;

    /// <summary>How long the kernel lets a task wait; null when it cannot be read.</summary>
    internal long? TimeoutSeconds() =>
        KernelFile.TryRead(Path.Combine(procRoot, "sys/kernel/hung_task_timeout_secs")) is { } text && long.TryParse(text.AsSpan().TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? seconds
            : null;

    /// <summary>
    /// For each task in state D the line <c>comm pid=N tid=N</c> and its stack, indented; at most 100 tasks and 64 KiB, and a
    /// last line that tells when there were more.
    /// </summary>
    /// <param name="first">Processes whose tasks come before all others.</param>
    /// <param name="isOnly">Whether all others are left out.</param>
    internal byte[] Stacks(IReadOnlySet<int>? first = null, bool isOnly = false)
    {
        var text = new StringBuilder();
        int tasks = 0;
        foreach ((string pid, string task) in Tasks(first, isOnly))
        {
            if (KernelFile.TryRead(Path.Combine(task, "stat")) is not { } stat || StateOf(stat) != 'D')
                continue;
            if (++tasks > MaxTasks || text.Length > MaxBytes)
            {
                text.Append("more tasks are blocked\n");
                break;
            }
            string comm = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];
            text.Append(CultureInfo.InvariantCulture, $"{comm} pid={pid} tid={Path.GetFileName(task)}\n");
            foreach (string line in (KernelFile.TryRead(Path.Combine(task, "stack")) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                text.Append("    ").Append(Frame(line)).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString().TrimEnd('\n'));
    }

    // [<0>] request_wait_answer+0x12e/0x210 [fuse] (fs/proc/base.c: proc_pid_stack), as other stacks are written.
    internal static string Frame(string line)
    {
        string frame = line[(line.IndexOf(']', StringComparison.Ordinal) + 1)..].Trim();
        int size = frame.IndexOf('/', StringComparison.Ordinal);
        int end = size < 0 ? -1 : frame.IndexOf(' ', size);
        return size < 0 ? frame : frame[..size] + (end < 0 ? "" : frame[end..]);
    }

    // The name may hold any character; the state follows the last parenthesis (fs/proc/array.c: do_task_stat).
    internal static char StateOf(string stat)
    {
        int end = stat.LastIndexOf(')');
        return end > 0 && end + 2 < stat.Length ? stat[end + 2] : '?';
    }

    private IEnumerable<(string Pid, string Task)> Tasks(IReadOnlySet<int>? first, bool isOnly)
    {
        IEnumerable<string> processes = isOnly && first is not null ? first.Select(pid => Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture))) : Folders(procRoot);
        if (!isOnly && first is not null)
            processes = processes.OrderBy(process => first.Contains(int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture)) ? 0 : 1);
        foreach (string process in processes)
            foreach (string task in Folders(Path.Combine(process, "task")))
                yield return (Path.GetFileName(process), task);
    }

    // A process may end between any two looks.
    private static IEnumerable<string> Folders(string parent)
    {
        try
        {
            return [.. Directory.GetDirectories(parent).Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
