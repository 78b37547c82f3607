using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>The processes with most memory, by <c>/proc/PID/statm</c> (fs/proc/array.c: proc_pid_statm).</summary>
internal static class TopMemory
{
    /// <summary>The largest first; those of one size by their number.</summary>
    /// <param name="procRoot">Normally <c>/proc</c>.</param>
    /// <param name="most">How many.</param>
    /// <param name="among">Their numbers; null for all there are.</param>
    internal static IReadOnlyList<ProcessMemory> Of(string procRoot, int most, IEnumerable<int>? among = null)
    {
        const int descending = -1;
        var buffer = new FileBuffer();
        // The smallest is the first to go.
        var largest = new PriorityQueue<int, (long Bytes, int Order)>();
        foreach (int pid in among ?? ProcessFolders.Pids(procRoot))
        {
            if (!buffer.TryRead(ProcessFolders.File(procRoot, pid, "statm"), out ReadOnlySpan<byte> content))
                continue;
            var fields = new FieldReader(content.TrimEnd((byte)'\n'));
            if (!fields.Skip(1) || !fields.TryNumber(out ulong pages))
                continue;
            largest.Enqueue(pid, ((long)pages * Environment.SystemPageSize, descending * pid));
            if (largest.Count > most)
                largest.Dequeue();
        }
        var top = new List<ProcessMemory>(largest.Count);
        while (largest.TryDequeue(out int pid, out (long Bytes, int Order) size))
            top.Add(new ProcessMemory(pid, ProcessFolders.Name(procRoot, pid), size.Bytes));
        top.Reverse();
        return top;
    }
}

/// <summary>A process and its memory.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="Name">Its name; empty when it is gone.</param>
/// <param name="ResidentBytes">What of its memory is there, shared memory and files included.</param>
internal readonly record struct ProcessMemory(int Pid, string Name, long ResidentBytes);
