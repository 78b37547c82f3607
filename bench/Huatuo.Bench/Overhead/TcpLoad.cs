using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Overhead;

/// <summary>Two threads on one CPU that talk over the loopback.</summary>
internal static class TcpLoad
{
    private const int Chunk = 64 << 10;

    /// <summary>One sends as much as it can.</summary>
    /// <returns>Of a byte.</returns>
    internal static Task<LoadTime> BulkAsync(int cpu, long bytes) => MeasureAsync(cpu, bytes, sender =>
    {
        byte[] chunk = new byte[Chunk];
        for (long sent = 0; sent < bytes;)
            sent += sender.Send(chunk);
    }, receiver =>
    {
        byte[] chunk = new byte[Chunk];
        for (long received = 0; received < bytes;)
            received += receiver.Receive(chunk);
    });

    /// <summary>One asks and the other answers, a byte each.</summary>
    /// <returns>Of a question with its answer.</returns>
    internal static Task<LoadTime> RequestResponseAsync(int cpu, int count) => MeasureAsync(cpu, count, asking => Talk(asking, count, first: true), answering => Talk(answering, count, first: false));

    private static void Talk(Socket socket, int count, bool first)
    {
        byte[] one = new byte[1];
        for (int i = 0; i < count; i++)
        {
            if (first)
                socket.Send(one);
            socket.Receive(one);
            if (!first)
                socket.Send(one);
        }
    }

    private static async Task<LoadTime> MeasureAsync(int cpu, double units, Action<Socket> left, Action<Socket> right)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        one.Connect(listener.LocalEndPoint!);
        using Socket other = listener.Accept();
        other.NoDelay = true;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Run(cpu, "bench-left", left, one), Run(cpu, "bench-right", right, other));
        return new LoadTime((Environment.CpuUsage.TotalTime - before).TotalNanoseconds / units, Stopwatch.GetElapsedTime(start).TotalNanoseconds / units, units);
    }

    private static Task<bool> Run(int cpu, string name, Action<Socket> talk, Socket socket) => Affinity.RunOn(cpu, name, () =>
    {
        talk(socket);
        return true;
    });
}
