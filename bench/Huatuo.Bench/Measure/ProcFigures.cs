using System.Globalization;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Measure;

/// <summary>CPU time and memory of processes and threads, from /proc.</summary>
internal static class ProcFigures
{
    /// <summary>CPU time of all threads of a process, those that ended included, in nanoseconds.</summary>
    internal static unsafe long CpuNs(int pid)
    {
        // include/linux/posix-timers.h: any process has a clock whose number is made of its id; 2 is CPUCLOCK_SCHED.
        Libc.Timespec time;
        return Libc.clock_gettime(~pid << 3 | 2, &time) == 0
            ? time.Seconds * 1_000_000_000 + time.Nanoseconds
            : throw new BenchException($"process {pid} is gone");
    }

    /// <summary>CPU time of one thread of this process, in nanoseconds.</summary>
    internal static long ThreadCpuNs(int tid) => Schedstat($"/proc/self/task/{tid}");

    /// <summary>Resident memory in bytes.</summary>
    internal static long ResidentBytes(int pid) =>
        long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    /// <summary>Open descriptors.</summary>
    internal static int Descriptors(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    /// <summary>Kernel memory behind one of this process's BPF descriptors.</summary>
    internal static long LockedBytes(int fd)
    {
        foreach (string line in File.ReadLines($"/proc/self/fdinfo/{fd}"))
            if (line.StartsWith("memlock:", StringComparison.Ordinal))
                return long.Parse(line.AsSpan("memlock:".Length), CultureInfo.InvariantCulture);
        return 0;
    }

    /// <summary>A thread of this process by its name.</summary>
    /// <exception cref="BenchException">There is none, or more than one.</exception>
    internal static int Thread(string name)
    {
        string[] found = [.. Directory.GetDirectories("/proc/self/task").Where(task => Comm(task) == name)];
        return found.Length == 1
            ? int.Parse(Path.GetFileName(found[0]), CultureInfo.InvariantCulture)
            : throw new BenchException($"{found.Length} threads are named {name}");
    }

    /// <summary>A kernel thread by its name, or null.</summary>
    internal static int? KernelThread(string name)
    {
        foreach (string process in Directory.GetDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int pid) && Comm(process) == name)
                return pid;
        return null;
    }

    private static string Comm(string folder)
    {
        try
        {
            return File.ReadAllText(folder + "/comm").TrimEnd('\n');
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static long Schedstat(string folder)
    {
        try
        {
            string text = File.ReadAllText(folder + "/schedstat");
            return long.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
