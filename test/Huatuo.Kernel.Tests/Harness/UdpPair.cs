using System.Net;
using System.Net.Sockets;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A UDP socket in the left namespace connected to one in the right namespace.</summary>
internal sealed class UdpPair : IDisposable
{
    private const int Patience = 20_000;

    private UdpPair(Socket sender, Socket receiver)
    {
        (Sender, Receiver) = (sender, receiver);
        (From, To) = ((IPEndPoint)sender.LocalEndPoint!, (IPEndPoint)sender.RemoteEndPoint!);
        Receiver.ReceiveTimeout = Patience;
    }

    internal Socket Sender { get; }

    internal Socket Receiver { get; }

    internal IPEndPoint From { get; }

    internal IPEndPoint To { get; }

    internal static async Task<UdpPair> ConnectAsync(TestNetwork network, bool v6)
    {
        var address = IPAddress.Parse(v6 ? network.Right.Ipv6 : network.Right.Ipv4);
        Socket receiver = await network.Right.RunAsync(() =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return socket;
        });
        Socket sender = await network.Left.RunAsync(() =>
        {
            var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(receiver.LocalEndPoint!);
            return socket;
        });
        return new UdpPair(sender, receiver);
    }

    /// <summary>Sends a datagram that is read late, by a thread of the right namespace named <c>provoker</c>.</summary>
    internal Task<LateArrival> SendAndReadLateAsync(TestNetwork network, int bytes) => network.Right.RunAsync(() =>
    {
        long sending = LateArrival.Now;
        Send(bytes);
        Assert.True(Receiver.Poll(Patience * 1000, SelectMode.SelectRead));
        long there = LateArrival.Now;
        LateArrival.Wait();
        long reading = LateArrival.Now;
        Receive(bytes);
        return LateArrival.Of(bytes, sending, there, reading, LateArrival.Now, Native.gettid());
    });

    /// <summary>Sends a datagram of so many bytes.</summary>
    internal void Send(int bytes) => Assert.Equal(bytes, Sender.Send(new byte[bytes]));

    /// <summary>Receives a datagram of so many bytes.</summary>
    internal void Receive(int bytes) => Assert.Equal(bytes, Receiver.Receive(new byte[bytes + 1]));

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
