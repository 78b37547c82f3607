using System.Diagnostics;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.PerfEvents;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.OnCpu;

/// <summary>Cycles of CPUs, where there is a counter of them; and where there is none, which is said.</summary>
public sealed class CyclesKernelTests
{
    private const int NoEntry = 2, NotSupported = 95;

    private const string Spin = """
        #include <stdio.h>
        static volatile unsigned long sum;
        void spin(void) { for (;;) sum++; }
        int main(void) { puts("ready"); fflush(stdout); spin(); }
        """;

    [Fact]
    public void A_counter_is_there_where_the_kernel_has_a_PMU_of_the_CPU()
    {
        // cpu on most machines, cpu_core and cpu_atom where there are CPUs of two kinds, armv8_pmuv3 and others on Arm: all tell whose they are.
        bool hasPmu = Directory.GetDirectories("/sys/bus/event_source/devices").Any(pmu =>
            Path.GetFileName(pmu) is "cpu" or "cpu_core" || Path.GetFileName(pmu).StartsWith("armv", StringComparison.Ordinal));
        Assert.Equal(hasPmu, Probe().Cycles);
    }

    [Fact]
    public void Without_a_counter_it_is_said_what_to_do_and_time_needs_none()
    {
        KernelFeatures kernel = Probe();
        using KernelBtf? btf = KernelBtf.TryOpen();
        Unsupported? Missing(CpuEvent @event, bool isThere) => OnCpuProfiler.Definition.Lacks(new OnCpuOptions { Event = @event }, kernel with { Cycles = isThere }, btf);
        Assert.Equal(
            new Unsupported("a counter of cycles", "", "CPUs here have none that can be used, as those of most virtual machines; the event cpu-clock needs none"),
            Missing(CpuEvent.Cycles, isThere: false));
        Assert.Null(Missing(CpuEvent.Cycles, isThere: true));
        Assert.Null(Missing(CpuEvent.Clock, isThere: false));
    }

    [Fact]
    public async Task Cycles_are_those_of_the_program_or_refused_by_the_kernel()
    {
        await using var program = new CompiledProgram("spinner", Spin);
        Process process = await program.StartAsync();
        OnCpuProfiler Start() => OnCpuProfiler.Start(
            new OnCpuOptions { Event = CpuEvent.Cycles, Frequency = 999, Target = new ProfileTarget { Tgid = (uint)process.Id } }, SymbolSource.Loaded(), new OnlineCpus());
        if (!Probe().Cycles)
        {
            BpfException refused = Assert.Throws<BpfException>(Start);
            Assert.Contains(refused.Errno, (int[])[NoEntry, NotSupported]);
            Assert.StartsWith("cannot open the counter of cycles of CPU 0", refused.Message, StringComparison.Ordinal);
            return;
        }
        using OnCpuProfiler profiler = Start();
        Profile profile = await TakenProfile.UntilAsync(profiler, so => so.Kernel.Sampled >= 1000, "samples");
        Assert.Equal((ProfileKind.Cycles, 0), (profile.Kind, profile.PeriodNanoseconds));
        Assert.True(profile.Share("spin") > 0.97, profile.Text());
    }

    /// <summary>The program takes from the kernel what lies between two samples: of a timer, where that is known beforehand.</summary>
    [Fact]
    public async Task What_lies_between_two_samples_is_what_one_weighs()
    {
        const long period = 1_000_000;
        await using var program = new CompiledProgram("spinner", Spin);
        Process process = await program.StartAsync();
        var bpf = new OncpuBpf(BpfImages.Open(OncpuBpf.ObjectName)) { Cycles = 1, Tgid = (uint)process.Id };
        using BpfObject loaded = bpf.Object;
        loaded.Load();
        var recorder = new ProfileRecorder(ProfileKind.Cycles, loaded, 0, splitsProcesses: false, SymbolSource.Loaded(), _ => []);
        BpfProgram sampled = loaded.LoadedPrograms().Single();
        using var samplers = new CpuSamplers(cpu => CpuSampler.StartClock(cpu, TimeSpan.FromMilliseconds(1), sampled), null, new OnlineCpus());
        samplers.Follow();
        while (recorder.Profile.Kernel.Sampled < 1000)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            recorder.Take();
        }
        samplers.Dispose();
        recorder.Take();
        Profile profile = recorder.Profile;

        profile.AssertComplete();
        Assert.Equal((long)profile.Kernel.Sampled * period, profile.Stacks.Totals(ProfileUnit.Cycles)[StackTree.Root]);
        Assert.Equal(0, profile.Stacks.Totals()[StackTree.Root]);
        Assert.True(profile.Share("spin") > 0.97, profile.Text());
    }

    private static KernelFeatures Probe()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        return KernelFeatures.Probe(KernelRelease.TryRead(out KernelRelease release) ? release : default, btf);
    }
}
