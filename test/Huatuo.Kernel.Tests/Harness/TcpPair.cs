using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A TCP connection from the left namespace to the right one, or within the host's, and the frames that the left sends.</summary>
internal sealed class TcpPair : IDisposable
{
    private const int Patience = 20_000;
    private const int Sequence = 4, Acknowledgement = 8;
    private readonly PacketTap? _tap;
    private byte[] _frame = [];

    private TcpPair(Socket sender, Socket receiver, PacketTap? tap)
    {
        (Sender, Receiver, _tap) = (sender, receiver, tap);
        (From, To) = ((IPEndPoint)sender.LocalEndPoint!, (IPEndPoint)sender.RemoteEndPoint!);
        Sender.NoDelay = true;
        Receiver.ReceiveTimeout = Patience;
    }

    internal Socket Sender { get; }

    internal Socket Receiver { get; }

    internal IPEndPoint From { get; }

    internal IPEndPoint To { get; }

    /// <summary>Of the last segment that was seen.</summary>
    internal uint SequenceNumber => Word(Sequence);

    /// <summary>Of the last segment that was seen.</summary>
    internal uint AcknowledgementNumber => Word(Acknowledgement);

    internal static async Task<TcpPair> ConnectAsync(TestNetwork network, bool v6)
    {
        var address = IPAddress.Parse(v6 ? network.Right.Ipv6 : network.Right.Ipv4);
        using Socket listener = await network.Right.RunAsync(() => Listen(address));
        Socket sender = await network.Left.RunAsync(() => Connect(listener));
        PacketTap tap = await network.Left.RunAsync(() => new PacketTap());
        return new TcpPair(sender, await listener.AcceptAsync(), tap);
    }

    internal static async Task<TcpPair> OnLoopbackAsync()
    {
        using Socket listener = Listen(IPAddress.Loopback);
        Socket sender = Connect(listener);
        return new TcpPair(sender, await listener.AcceptAsync(), null);
    }

    /// <summary>Sends data that is read late, by a thread named <c>provoker</c>.</summary>
    internal Task<LateArrival> SendAndReadLateAsync(int bytes) => PinnedThread.Run(-1, () =>
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

    /// <summary>Receives a byte into a page that is not there, on a thread named <c>provoker</c>.</summary>
    internal Task<(long Received, int Tid)> ReceiveAsync(FaultingPage page) => PinnedThread.Run(-1, () =>
    {
        Assert.Equal(1, page.Receive((int)Receiver.Handle));
        return (LateArrival.Now, Native.gettid());
    });

    /// <summary>Sends so many bytes.</summary>
    internal void Send(int bytes) => Assert.Equal(bytes, Sender.Send(new byte[bytes]));

    /// <summary>Receives so many bytes.</summary>
    internal void Receive(int bytes)
    {
        for (byte[] data = new byte[bytes]; bytes > 0;)
            bytes -= Receiver.Receive(data, 0, bytes, SocketFlags.None);
    }

    /// <summary>Reads frames that were sent up to the one that carries so much data.</summary>
    internal void SeeSegment(int bytes) => _frame = _tap!.Next(frame =>
    {
        int transport = ExpectedLayers.TransportOffset(frame);
        return frame.Length > transport + 20
            && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(transport + 2)) == To.Port
            && frame.Length - transport - (frame[transport + 12] >> 4) * 4 == bytes;
    });

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
        _tap?.Dispose();
    }

    private uint Word(int at) => BinaryPrimitives.ReadUInt32BigEndian(_frame.AsSpan(ExpectedLayers.TransportOffset(_frame) + at));

    private static Socket Listen(IPAddress address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        return listener;
    }

    private static Socket Connect(Socket listener)
    {
        var sender = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        sender.Connect(listener.LocalEndPoint!);
        return sender;
    }
}
