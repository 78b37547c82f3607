using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>What is left behind: nothing.</summary>
public sealed class DropwatchDetachKernelTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("tp_btf/kfree_skb", Transport.RingBuffer)]
    [InlineData("tp_btf/kfree_skb", Transport.Perf)]
    [InlineData("tp/skb/kfree_skb", Transport.RingBuffer)]
    [InlineData("tp/skb/kfree_skb", Transport.Perf)]
    public async Task Programs_maps_links_and_descriptors_go_away(string hook, Transport transport)
    {
        await RunAsync(hook, transport);
        string[] before = Descriptors();
        (uint[] programs, uint[] maps) = await RunAsync(hook, transport);
        Assert.Equal(before, Descriptors());
        Assert.All(programs, program => Assert.Empty(BpfIds.LinksOf(program)));
        // The kernel frees programs, and the maps they hold, after a grace period.
        using var patience = new CancellationTokenSource(s_patience);
        while (programs.Any(BpfIds.ProgramExists) || maps.Any(BpfIds.MapExists))
        {
            Assert.False(patience.IsCancellationRequested, $"programs {string.Join(',', programs.Where(BpfIds.ProgramExists))} and maps {string.Join(',', maps.Where(BpfIds.MapExists))} are still there");
            GracePeriod.Wait();
        }
    }

    private static async Task<(uint[] Programs, uint[] Maps)> RunAsync(string hook, Transport transport)
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), new DropwatchOptions { Hook = hook, Transport = transport });
        (uint[] programs, uint[] maps) = ([], []);
        Assert.True(tracer.Runner.Inspect(loaded =>
        {
            programs = [.. loaded.LoadedPrograms().Select(program => BpfIds.OfFd(program.Fd))];
            maps = [.. loaded.LoadedMaps().Select(map => BpfIds.OfFd(map.Fd))];
        }));
        using KernelBtf? btf = KernelBtf.TryOpen();
        Assert.Equal(btf!.HasTracepoint("devlink_trap_report") ? 2 : 1, programs.Length);
        Assert.NotEmpty(maps);
        Assert.All(programs, program => Assert.True(BpfIds.ProgramExists(program)));
        Assert.All(maps, map => Assert.True(BpfIds.MapExists(map)));
        // A plain tracepoint is held by a perf event alone before 5.15 (kernel/bpf/syscall.c: bpf_perf_link_attach).
        bool linked = hook.StartsWith("tp_btf/", StringComparison.Ordinal) || (KernelRelease.TryRead(out KernelRelease release) && release.Since(5, 15));
        Assert.Equal(linked ? programs.Length : programs.Length - 1, programs.Sum(program => BpfIds.LinksOf(program).Count));
        return (programs, maps);
    }

    // What each descriptor is, not its number; files of the runtime itself come and go.
    private static string[] Descriptors() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(file => new FileInfo(file).LinkTarget ?? "").Where(target => target.StartsWith("anon_inode", StringComparison.Ordinal) || target.StartsWith("/sys", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
