using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Containers;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Dload;

/// <summary>How many tasks are in which state, by the letters of <c>/proc/PID/task/TID/stat</c> (fs/proc/array.c).</summary>
internal struct StateCounts
{
    internal int Sleeping, Running, Stopped, Uninterruptible;

    internal void Count(char state)
    {
        switch (state)
        {
            case 'S':
                Sleeping++;
                break;
            case 'R':
                Running++;
                break;
            case 'T' or 't':
                Stopped++;
                break;
            case 'D':
                Uninterruptible++;
                break;
        }
    }
}

/// <summary>Counts the states of all tasks: of each container, and of those in none. Used by one thread at a time.</summary>
/// <param name="procRoot">Normally <c>/proc</c>.</param>
/// <param name="containers">The containers.</param>
internal sealed class TaskStates(string procRoot, IContainers containers)
{
    private readonly FileBuffer _buffer = new();
    private readonly Dictionary<Container, StateCounts> _counts = [];

    /// <summary>Those of tasks in no container.</summary>
    internal StateCounts Host { get; private set; }

    /// <summary>Those of each live container.</summary>
    internal IReadOnlyDictionary<Container, StateCounts> Containers => _counts;

    /// <summary>Counts.</summary>
    internal void Read()
    {
        Dictionary<int, Container> owners = [];
        _counts.Clear();
        foreach (Container container in containers.Live)
        {
            _counts[container] = default;
            if (containers.Folder(container, "memory") is { } folder)
                foreach (int pid in CgroupProcesses.Of(folder))
                    owners[pid] = container;
        }
        StateCounts host = default;
        foreach (int pid in ProcessFolders.Pids(procRoot))
        {
            StateCounts process = Count(pid);
            if (!owners.TryGetValue(pid, out Container? owner))
                host = Sum(host, process);
            else
                _counts[owner] = Sum(_counts[owner], process);
        }
        Host = host;
    }

    /// <summary>The processes of a container.</summary>
    internal IReadOnlySet<int> ProcessesOf(Container container) =>
        containers.Folder(container, "memory") is { } folder ? CgroupProcesses.Of(folder).ToHashSet() : [];

    private StateCounts Count(int pid)
    {
        StateCounts counts = default;
        string tasks = ProcessFolders.File(procRoot, pid, "task");
        foreach (int tid in ProcessFolders.Pids(tasks))
            // The name may hold any character; the state follows the last parenthesis.
            if (_buffer.TryRead(ProcessFolders.File(tasks, tid, "stat"), out ReadOnlySpan<byte> stat) && stat.LastIndexOf(") "u8) is >= 0 and int end && end + 2 < stat.Length)
                counts.Count((char)stat[end + 2]);
        return counts;
    }

    private static StateCounts Sum(StateCounts one, StateCounts other) => new()
    {
        Sleeping = one.Sleeping + other.Sleeping,
        Running = one.Running + other.Running,
        Stopped = one.Stopped + other.Stopped,
        Uninterruptible = one.Uninterruptible + other.Uninterruptible,
    };
}
