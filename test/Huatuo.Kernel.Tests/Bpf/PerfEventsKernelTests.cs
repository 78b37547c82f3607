using System.Diagnostics;
using Huatuo.Bpf.Features;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>Who may open perf events, by the word of another program that tries.</summary>
public sealed class PerfEventsKernelTests
{
    /// <param name="paranoid">Of <c>kernel.perf_event_paranoid</c>: 2 is the kernel's own default, 3 that of distributions.</param>
    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    public async Task Without_CAP_SYS_ADMIN_as_the_kernel_has_it(string paranoid)
    {
        using var setting = new KernelSetting("kernel/perf_event_paranoid", paranoid);
        using Process perf = Command.Start(
            "setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", "perf", "stat", "--all-cpus", "--event", "cpu-clock", "--output", "/dev/null", "true");
        await perf.WaitForExitAsync(TestContext.Current.CancellationToken);

        bool opens = await PinnedThread.Run(cpu: -1, () =>
        {
            Assert.Null(CapabilityBound.Tighten([Capability.CAP_BPF, Capability.CAP_PERFMON, Capability.CAP_DAC_READ_SEARCH]));
            return Probe().PerfEvents;
        });

        Assert.Equal(perf.ExitCode == 0, opens);
        if (paranoid == "2")
            Assert.True(opens);
        Assert.True(Probe().PerfEvents);
    }

    private static KernelFeatures Probe() => KernelFeatures.Probe(KernelRelease.TryRead(out KernelRelease release) ? release : default, btf: null);
}
