using System.Net;
using System.Net.Sockets;
using Huatuo.Bench.Hits;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Latency;

/// <summary>What makes a tracer tell of something, again and again.</summary>
/// <param name="Tracer">The tracer.</param>
/// <param name="What">The cause, in words.</param>
/// <param name="Options">The agent's, as after <c>--set</c>.</param>
/// <param name="Events">How many events are measured.</param>
/// <param name="OnceAsync">Makes at least one event.</param>
internal sealed record Cause(string Tracer, string What, string[] Options, int Events, Func<CancellationToken, Task> OnceAsync)
{
    private const int CgroupBytes = 16 << 20;

    /// <summary>Those that a machine can be made to tell of often, without harm.</summary>
    /// <param name="site">Where packets are dropped.</param>
    internal static IReadOnlyList<Cause> All(FloodSite site) =>
    [
        new("syscall_audit", "a program is executed", ["tracers.syscall_audit.enabled=true", "tracers.syscall_audit.syscalls=execve"], 1000,
            stop => Command.RunAsync(stop, "/bin/true")),
        new("net_rx_latency", "a segment on the loopback device is read 10 ms late",
            ["tracers.net_rx_latency.excluded_host_netnamespace=false", "tracers.net_rx_latency.driver_to_userspace=5ms", "tracers.net_rx_latency.max_events_per_second=1000"], 1000, ReadLateAsync),
        new("tcp_retransmit", "the SYNs of 20 connections are dropped, and sent again together", ["tracers.tcp_retransmit.enabled=true"], 200, site.ConnectInVainAsync),
        new("memory_reclaim", "a memory cgroup at its limit reclaims", ["tracers.memory_reclaim.blocked_threshold=10us", "tracers.memory_reclaim.max_events_per_second=1000"], 1000, ReclaimAsync),
        new("oom", "a memory cgroup kills a task of its own", [], 200, KillAsync),
    ];

    private static async Task ReadLateAsync(CancellationToken stop)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, stop);
        using TcpClient server = await listener.AcceptTcpClientAsync(stop);
        byte[] bytes = new byte[512];
        for (int i = 0; i < 100; i++)
        {
            await client.GetStream().WriteAsync(bytes, stop);
            await Task.Delay(10, stop);
            await server.GetStream().ReadExactlyAsync(bytes, stop);
        }
    }

    private static async Task ReclaimAsync(CancellationToken stop)
    {
        string file = Path.GetTempFileName();
        try
        {
            await InCgroupAsync($"exec dd if=/dev/zero of={file} bs=1M count=64 conv=fsync", stop);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task KillAsync(CancellationToken stop) => InCgroupAsync("tail /dev/zero; true", stop);

    private static async Task InCgroupAsync(string command, CancellationToken stop)
    {
        using var cgroup = new LimitedCgroup(CgroupBytes);
        await Command.RunAsync(stop, "sh", "-c", $"echo $$ > {cgroup.Processes}; {command}");
    }
}
