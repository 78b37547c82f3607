using Huatuo.Flow.Enrich;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Kallsyms;

namespace Huatuo.Tracers.Scheduling.CpuStacks;

/// <summary>The stacks of all CPUs, one of which lets nobody run.</summary>
public sealed class CpuStacksKernelTests
{
    [Fact]
    public async Task A_CPU_that_is_stuck_in_the_kernel_tells_where()
    {
        var symbols = new SymbolSource(() => KernelSymbols.Load(), TimeProvider.System);
        await symbols.ReadyAsync();
        int cpu = Environment.ProcessorCount - 1;
        using var running = new RunningTasks(symbols, TimeProvider.System, "/proc");
        running.Load();
        string text;
        int tid;
        using (SpinningCpu spin = await SpinningCpu.InKernel(cpu, TimeSpan.FromSeconds(10)))
        {
            text = System.Text.Encoding.UTF8.GetString(running.Stacks(cpu));
            tid = spin.Tid;
        }
        Assert.StartsWith($"cpu={cpu} provoker pid={Environment.ProcessId} tid={tid}\n", text, StringComparison.Ordinal);
        string[] stuck = RunningCpus.CheckAll(text)[cpu].Lines;
        Assert.Contains(stuck, line => line.Contains("sys_bpf+0x", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_request_is_answered_anew()
    {
        var symbols = new SymbolSource(() => KernelSymbols.Load(), TimeProvider.System);
        await symbols.ReadyAsync();
        using var running = new RunningTasks(symbols, TimeProvider.System, "/proc");
        running.Load();
        for (int i = 0; i < 3; i++)
            RunningCpus.CheckAll(System.Text.Encoding.UTF8.GetString(running.Stacks(first: -1)));
    }
}
