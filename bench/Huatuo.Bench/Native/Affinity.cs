using System.Globalization;

namespace Huatuo.Bench.Native;

/// <summary>Which CPU things run on.</summary>
internal static unsafe class Affinity
{
    private const int Words = 16;

    /// <summary>Pins a thread; 0 is the one that calls.</summary>
    internal static void Pin(int cpu, int tid = 0)
    {
        ulong* mask = stackalloc ulong[Words];
        mask[cpu / 64] |= 1UL << cpu % 64;
        if (Libc.sched_setaffinity(tid, Words * sizeof(ulong), mask) != 0)
            throw new BenchException($"thread {tid} cannot be pinned to CPU {cpu}");
    }

    /// <summary>Pins every thread of this process, and those that they start, until disposed.</summary>
    internal static IDisposable PinProcess(int cpu)
    {
        var before = new ulong[Words];
        fixed (ulong* mask = before)
            _ = Libc.sched_getaffinity(0, Words * sizeof(ulong), mask);
        ForAllThreads(tid => Pin(cpu, tid));
        return new Restore(before);
    }

    /// <summary>Runs something on a thread of its own that is pinned from the start.</summary>
    internal static Task<T> RunOn<T>(int cpu, string name, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Pin(cpu);
                done.SetResult(work());
            }
            catch (Exception fault)
            {
                done.SetException(fault);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return done.Task;
    }

    private static void ForAllThreads(Action<int> action)
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
            action(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture));
    }

    private sealed class Restore(ulong[] before) : IDisposable
    {
        public void Dispose() => ForAllThreads(tid =>
        {
            fixed (ulong* mask = before)
                _ = Libc.sched_setaffinity(tid, Words * sizeof(ulong), mask);
        });
    }
}
