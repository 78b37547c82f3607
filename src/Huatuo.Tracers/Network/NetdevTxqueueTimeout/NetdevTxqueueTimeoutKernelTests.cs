using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.NetdevTxqueueTimeout;

/// <summary>A network card that may not read memory any more, so that it never sends what is in its ring.</summary>
public sealed class NetdevTxqueueTimeoutKernelTests
{
    [Fact]
    public async Task AStandingQueueIsTold()
    {
        DisposableMachine.Require();
        Assert.SkipUnless(SpareCard.TryFind(out SpareCard? card), "needs a network card that a test may stop: vmxnet3, with nothing on it");
        using SpareCard stopped = card!;
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetdevTxqueueTimeoutTracer(), new NetdevTxqueueTimeoutOptions());
        Assert.Equal("tp_btf/net_dev_xmit_timeout", tracer.Runner.Rung);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        JsonElement document = await stopped.FloodUntilAsync(tracer.Sink.WaitAsync(found => found.Data().Text("device_name") == stopped.Device, "the card"));
        DateTimeOffset after = TimeProvider.System.GetUtcNow();
        await tracer.StopAsync();

        new ExpectedDocument().Envelope(document, "netdev_txqueue_timeout", before, after)
            .Is("tracer_data.context", "softirq")
            .Matches("tracer_data.cpu", @"\d+")
            .Matches("tracer_data.interrupted.comm", ".+")
            .Matches("tracer_data.interrupted.pid", @"\d+")
            .Matches("tracer_data.interrupted.tid", @"\d+")
            .NetnsCookie(document)
            .Is("tracer_data.net_namespace_inum", SpareCard.NamespaceInum)
            .Matches("tracer_data.queue_index", "[0-7]")
            .Is("tracer_data.device_name", stopped.Device)
            .Is("tracer_data.netdev_ifindex", stopped.Index)
            .Is("tracer_data.driver_name", "vmxnet3")
            .Check(document);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task ItIsAttachedOnEveryKernelWithBtf()
    {
        foreach (Transport transport in (Transport[])[Transport.RingBuffer, Transport.Perf])
        {
            await using RunningTracer tracer = await RunningTracer.StartAsync(new NetdevTxqueueTimeoutTracer(), new NetdevTxqueueTimeoutOptions { Transport = transport });
            Assert.Equal("tp_btf/net_dev_xmit_timeout", tracer.Runner.Rung);
        }
    }
}
