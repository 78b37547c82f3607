using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Memory.Oom;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Kernel.Tests.Containers;

/// <summary>Real containers that do one thing and are gone.</summary>
public sealed class RuncKernelTests
{
    [Fact]
    public async Task An_oom_kill_is_the_containers_on_both_sides()
    {
        RuncContainer.Require();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new OomTracer(), new OomOptions());
        await using var container = new RuncContainer("hog-0", 32 << 20, "tail", "/dev/zero");
        Assert.Equal(137, await container.RunAsync());
        JsonElement document = await tracer.Sink.WaitAsync(found => found.Text("tracer_data.victim.cgroup.path") == container.CgroupPath, "the kill");
        Assert.Equal((container.Id, "hog-0"), (document.Text("container_id"), document.Text("container_hostname")));
        foreach (string side in (string[])["trigger", "victim"])
            Assert.Equal((container.Id, "hog-0"), (document.Text($"tracer_data.{side}.container_id"), document.Text($"tracer_data.{side}.container_hostname")));
    }

    [Fact]
    public async Task A_packet_dropped_in_its_network_namespace_is_the_containers()
    {
        RuncContainer.Require();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), new DropwatchOptions { Protocols = [PacketProtocol.Tcp], Ports = [1009], MaxEventsPerSecond = 0 });
        await using var container = new RuncContainer("web-0", 0, "nc", "127.0.0.1", "1009");
        Assert.NotEqual(0, await container.RunAsync());
        JsonElement document = await tracer.Sink.WaitAsync(found => found.Text("container_hostname") == "web-0", "the packet to a port on which nobody listens");
        Assert.Equal((container.Id, container.Id, container.CgroupPath, "softirq", DropOracle.Reason("NO_SOCKET")), (
            document.Text("container_id"), document.Text("tracer_data.container_id"), document.Text("tracer_data.cgroup_path"),
            document.Text("tracer_data.context"), document.Text("tracer_data.drop_reason")));
    }
}
