namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Work on a thread of its own, which may leave its namespace and its CPUs behind.</summary>
internal static unsafe class PinnedThread
{
    internal static Task<T> Run<T>(int cpu, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        T? result = default;
        Exception? fault = null;
        var worker = new Thread(() =>
        {
            try
            {
                if (cpu >= 0)
                    Pin(0, cpu);
                result = work();
            }
            catch (Exception thrown)
            {
                fault = thrown;
            }
        })
        { IsBackground = true, Name = "provoker" };
        // Told by another thread: one of the pool that is started for what comes next would be where its starter is, for good.
        var teller = new Thread(() =>
        {
            worker.Join();
            if (fault is null)
                done.SetResult(result!);
            else
                done.SetException(fault);
        })
        { IsBackground = true, Name = "teller" };
        worker.Start();
        teller.Start();
        return done.Task;
    }

    /// <summary>Pins a thread to one CPU.</summary>
    /// <param name="thread">Its id; 0 for the caller.</param>
    /// <param name="cpu">The CPU, below 64.</param>
    internal static void Pin(int thread, int cpu)
    {
        ulong mask = 1UL << cpu;
        Native.Check(Native.sched_setaffinity(thread, sizeof(ulong), &mask), $"pin to CPU {cpu}");
    }
}
