using System.Net;
using Huatuo.Bpf;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>The ways from the kernel: CPUs that come online, and wake-ups.</summary>
public sealed class DropwatchTransportKernelTests
{
    private static DropwatchOptions Options(Transport transport) => new()
    {
        Transport = transport,
        Protocols = [PacketProtocol.Udp],
        Addresses = [IPNetwork.Parse("10.199.0.0/24")],
    };

    [Fact]
    public async Task A_cpu_that_comes_online_is_read_from_the_next_look_on()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.DropUdp(7002));
        DirectoryInfo sys = Directory.CreateTempSubdirectory("huatuo-cpus-");
        try
        {
            string online = Path.Combine(sys.CreateSubdirectory("devices/system/cpu").FullName, "online");
            await File.WriteAllTextAsync(online, "0\n", TestContext.Current.CancellationToken);
            var time = new FakeTimeProvider();
            await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options(Transport.Perf), sys.FullName, time);
            async Task DropAsync(int cpu, int number)
            {
                await network.Left.RunAsync(() => Provoke.Udp(network.Right.Ipv4, 7002), cpu);
                await tracer.Sink.WaitAsync(document => document.Data().Text("cpu") == $"{cpu}" && tracer.Sink.Count == number, $"drop {number} on CPU {cpu}");
            }

            await DropAsync(0, 1);
            await network.Left.RunAsync(() => Provoke.Udp(network.Right.Ipv4, 7002), cpu: 1);
            Assert.Equal((1UL, 1UL), (tracer.Ledger.Kernel.Read().Lost, tracer.Ledger.Kernel.Read().Submitted));

            await File.WriteAllTextAsync(online, "0-1\n", TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(2));
            // The pump looks for CPUs after it has emptied the rings; the second of these was read after that.
            await DropAsync(0, 2);
            await DropAsync(0, 3);
            await DropAsync(1, 4);
            await tracer.StopAsync();
            Balance.Check(tracer);
        }
        finally
        {
            sys.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Each_event_of_a_ring_buffer_arrives_without_the_idle_poll()
    {
        const int single = 5, burst = 40;
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.DropUdp(7002));
        // Only its environment is wanted: enrichment.
        await using RunningTracer idle = await RunningTracer.SettleAsync(new DropwatchTracer(), new DropwatchOptions { Enabled = false });
        var run = new DropwatchRun(Options(Transport.RingBuffer), idle.Services);
        using BpfObject loaded = run.Open();
        KernelRelease.TryRead(out KernelRelease release);
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        string program = kernel.AtomicFetch ? DropwatchBpf.Programs.DropwatchBtf : DropwatchBpf.Programs.DropwatchTracepoint;
        kernel.PreemptCount.SetKnobs(loaded);
        loaded.Choose([program]);
        loaded.Load();
        run.Loaded();
        using var ring = new UnpolledRing(new RingBuffer(loaded.MapFd(DropwatchBpf.Maps.EventsRing), 1 << 20));
        using var pump = new RingPump(TimeProvider.System);
        var arrived = new Arrivals();
        await pump.AddAsync(ring, arrived, fault => arrived.Fail(fault));
        using BpfLink link = loaded.Attach(program);

        for (int i = 1; i <= single; i++)
        {
            await network.Left.RunAsync(() => Provoke.Udp(network.Right.Ipv4, 7002));
            await arrived.WaitAsync(i);
        }
        // Most of these are sent within 500 µs of the last wake-up, without one of their own.
        await network.Left.RunAsync(() => Provoke.Udp(network.Right.Ipv4, 7002, burst));
        await arrived.WaitAsync(single + burst);
        await pump.DrainAndRemoveAsync(ring);
        Assert.Equal(single + burst, arrived.Count);
    }
}
