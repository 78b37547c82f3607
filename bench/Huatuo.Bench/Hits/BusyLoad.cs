using System.Net;
using System.Net.Sockets;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Hits;

/// <summary>
/// Things that machines do all the time, at a pace that leaves room to measure: TCP and UDP over the loopback device,
/// files opened, short sleeps, processes that start and end, and a memory cgroup that reclaims.
/// </summary>
internal static class BusyLoad
{
    internal static async Task RunAsync(TimeSpan duration, CancellationToken stop)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stop);
        until.CancelAfter(duration);
        await Task.WhenAll(Tcp(until.Token), Udp(until.Token), Files(until.Token), Processes(until.Token), Reclaim(until.Token));
        stop.ThrowIfCancellationRequested();
    }

    private static async Task Tcp(CancellationToken until)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, CancellationToken.None);
        using TcpClient server = await listener.AcceptTcpClientAsync(CancellationToken.None);
        byte[] bytes = new byte[4096];
        while (!until.IsCancellationRequested)
        {
            for (int i = 0; i < 16; i++)
            {
                await client.GetStream().WriteAsync(bytes, CancellationToken.None);
                await server.GetStream().ReadExactlyAsync(bytes, CancellationToken.None);
            }
            await Pause();
        }
    }

    private static async Task Udp(CancellationToken until)
    {
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new UdpClient();
        sender.Connect((IPEndPoint)receiver.Client.LocalEndPoint!);
        byte[] bytes = new byte[512];
        while (!until.IsCancellationRequested)
        {
            for (int i = 0; i < 16; i++)
            {
                await sender.SendAsync(bytes, CancellationToken.None);
                await receiver.ReceiveAsync(CancellationToken.None);
            }
            await Pause();
        }
    }

    private static async Task Files(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            for (int i = 0; i < 16; i++)
                File.OpenHandle("/proc/self/comm").Dispose();
            await Pause();
        }
    }

    private static async Task Processes(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
            await Command.RunAsync(CancellationToken.None, "/bin/true");
    }

    private static async Task Reclaim(CancellationToken until)
    {
        using var cgroup = new LimitedCgroup(16 << 20);
        string file = Path.GetTempFileName();
        try
        {
            while (!until.IsCancellationRequested)
                await Command.RunAsync(CancellationToken.None, "sh", "-c", $"echo $$ > {cgroup.Processes}; exec dd if=/dev/zero of={file} bs=1M count=64 conv=fsync");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task Pause() => Task.Delay(1, CancellationToken.None);
}
