using System.Globalization;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Scheduling.Hungtask;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>
/// Tasks that are seen to wait for I/O, longer than a moment, at several looks. All tasks are looked at only while the kernel
/// counts some that wait for I/O. Used by one thread at a time.
/// </summary>
/// <param name="services">Roots, time, containers.</param>
internal sealed class IoWaits(TracerServices services)
{
    private const string WaitsForIo = "io_schedule";
    private const int RestPerLook = 10, MostWaits = 1024;

    /// <summary>What a wait has to take at least.</summary>
    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly string _proc = services.Roots.Proc;
    private readonly ByteFile _stat = new(Path.Combine(services.Roots.Proc, "stat"));
    private readonly Dictionary<(int Tid, string Switches), IoWait> _waits = [];
    private readonly ProcessOwners _owners = new(services);

    /// <summary>Looks.</summary>
    /// <returns>How long to rest, so that looking takes no more than a tenth of a CPU.</returns>
    internal TimeSpan Look()
    {
        long began = services.Time.GetTimestamp();
        if (AnyBlocked())
            foreach (int pid in ProcessFolders.Pids(_proc))
                foreach (int tid in ProcessFolders.Pids(ProcessFolders.File(_proc, pid, "task")))
                    Look(pid, tid);
        TimeSpan rest = services.Time.GetElapsedTime(began) * RestPerLook;
        return rest > Shortest ? rest : Shortest;
    }

    /// <summary>The longest waits.</summary>
    /// <param name="most">How many.</param>
    internal IReadOnlyList<IoWait> Longest(int most) =>
        [.. _waits.Values.Where(wait => wait.Time >= Shortest).OrderByDescending(wait => wait.Time).ThenBy(wait => wait.Tid).Take(most)];

    private bool AnyBlocked()
    {
        if (!_stat.TryRead(out ReadOnlySpan<byte> content))
            return false;
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
            if (line.StartsWith("procs_blocked "u8))
                return !line.EndsWith(" 0"u8);
        return false;
    }

    private void Look(int pid, int tid)
    {
        string task = ProcessFolders.File(Path.Combine(_proc, pid.ToString(CultureInfo.InvariantCulture), "task"), tid, "");
        if (KernelFile.TryRead(task + "stat") is not { } stat || BlockedTasks.StateOf(stat) != 'D' || Switches(task) is not { } switches)
            return;
        TimeSpan now = services.Time.GetElapsedTime(0);
        if (_waits.TryGetValue((tid, switches), out IoWait? known))
            known.Seen = now;
        else if (_waits.Count < MostWaits && Stack(task) is { Length: > 0 } stack)
            _waits[(tid, switches)] = new IoWait(pid, tid, Cpu(stat), stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')], _owners.Hostname(pid), stack, now);
    }

    // A task that has not been switched in between two looks waits for the same thing.
    private static string? Switches(string task)
    {
        const string key = "voluntary_ctxt_switches:";
        return KernelFile.TryRead(task + "status")?.Split('\n').FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();
    }

    private static string[] Stack(string task)
    {
        string[] frames = [.. (KernelFile.TryRead(task + "stack") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(BlockedTasks.Frame)];
        return frames.Any(frame => frame.StartsWith(WaitsForIo, StringComparison.Ordinal)) ? frames : [];
    }

    // Field 39 of proc_pid_stat(5), of which those behind the name start with field 3.
    private static int Cpu(string stat)
    {
        const int at = 39 - 3;
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields.Length > at && int.TryParse(fields[at], NumberStyles.None, CultureInfo.InvariantCulture, out int cpu) ? cpu : 0;
    }
}

/// <summary>A task that waits.</summary>
internal sealed class IoWait(int pid, int tid, int cpu, string name, string hostname, IReadOnlyList<string> stack, TimeSpan began)
{
    internal int Pid => pid;

    internal int Tid => tid;

    internal int Cpu => cpu;

    internal string Name => name;

    internal string Hostname => hostname;

    internal IReadOnlyList<string> Stack => stack;

    /// <summary>When it was seen last.</summary>
    internal TimeSpan Seen { get; set; }

    /// <summary>How long at least.</summary>
    internal TimeSpan Time => Seen > began ? Seen - began : TimeSpan.Zero;
}
