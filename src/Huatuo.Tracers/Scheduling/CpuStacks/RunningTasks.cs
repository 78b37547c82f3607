using Huatuo.Bpf;
using Huatuo.Bpf.Maps;
using Huatuo.Bpf.PerfEvents;
using Huatuo.Flow.Enrich;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Scheduling.CpuStacks;

/// <summary>
/// What every CPU runs at this moment, with its kernel stack: a short timer on each CPU runs a program there, also while
/// the CPU is stuck in the kernel, as long as it takes interrupts. Used by one thread at a time.
/// </summary>
/// <param name="symbols">The kernel's symbols.</param>
/// <param name="time">Time to wait by.</param>
/// <param name="procRoot">Where proc is mounted.</param>
internal sealed class RunningTasks(SymbolSource symbols, TimeProvider time, string procRoot) : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private readonly RespondingCpus _responding = new(() => CpuTimes.Totals(procRoot), time);
    private CpuStacksBpf? _bpf;
    private string _refusal = "the program is not loaded";
    private ulong _requests;

    /// <summary>Loads the program now: while a CPU is stuck, that may not be possible. A refusal is told by each answer.</summary>
    internal void Load()
    {
        var bpf = new CpuStacksBpf(BpfImages.Open(CpuStacksBpf.ObjectName));
        try
        {
            bpf.Object.Load();
            _bpf = bpf;
        }
        catch (BpfException refused)
        {
            bpf.Object.Dispose();
            _refusal = refused.Message;
        }
    }

    /// <summary>
    /// For each online CPU the line <c>cpu=N comm pid=N tid=N</c> and its kernel stack, indented; or why there is none.
    /// Waits 2 s at most for CPUs that do not answer.
    /// </summary>
    /// <param name="first">The CPU to begin with; -1 for none.</param>
    internal byte[] Stacks(int first)
    {
        if (_bpf is null)
            return CpuStackText.NotTaken(_refusal);
        try
        {
            SortedDictionary<int, bool> cpus = _responding.Find();
            if (cpus.Count == 0)
                return CpuStackText.NotTaken($"{Path.Combine(procRoot, "stat")} lists no CPUs");
            CpuStack[] answers = Ask(_bpf, [.. cpus.Where(cpu => cpu.Value).Select(cpu => cpu.Key)]);
            return new CpuStackText(symbols.Current).Format(cpus.Keys, answers, _requests, first);
        }
        catch (BpfException refused)
        {
            return CpuStackText.NotTaken(refused.Message);
        }
    }

    public void Dispose()
    {
        _bpf?.Object.Dispose();
        _bpf = null;
    }

    private CpuStack[] Ask(CpuStacksBpf bpf, IReadOnlyList<int> cpus)
    {
        var answers = new CpuStack[PossibleCpus.Count];
        BpfProgram program = bpf.Object.LoadedPrograms().Single();
        bpf.Request.Set(0, ++_requests);
        List<CpuSampler> timers = [];
        try
        {
            foreach (int cpu in cpus)
                if (TryStart(cpu, program) is { } timer)
                    timers.Add(timer);
            for (long start = time.GetTimestamp(); time.GetElapsedTime(start) < s_patience;)
            {
                Task.Delay(s_period, time).GetAwaiter().GetResult();
                if (bpf.Answers.TryGet(0, answers) && answers.Count(answer => answer.Request == _requests) >= timers.Count)
                    break;
            }
        }
        finally
        {
            foreach (CpuSampler timer in timers)
                timer.Dispose();
        }
        // No program runs any more: what is read now is whole.
        _ = bpf.Answers.TryGet(0, answers);
        return answers;
    }

    // It may have gone offline; and without permission for perf events no CPU is asked.
    private static CpuSampler? TryStart(int cpu, BpfProgram program)
    {
        const int noDevice = 19;
        try
        {
            return CpuSampler.StartClock(cpu, s_period, program);
        }
        catch (BpfException gone) when (gone.Errno == noDevice || gone.IsPermission)
        {
            return null;
        }
    }
}
