using System.Net;
using System.Net.Sockets;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A TCP connection from the left namespace to the right one, and all its frames.</summary>
internal sealed class TcpLink : IDisposable
{
    internal const int Port = 7100;
    private const SocketOptionName DeferAccept = (SocketOptionName)9;
    private readonly PacketTap _tap;
    private readonly Socket _listener;
    private Socket? _server;

    private TcpLink(PacketTap tap, Socket listener, Socket client, string from, string to) =>
        (_tap, _listener, Client, From, To) = (tap, listener, client, from, to);

    /// <summary>The end that connects; each send is a segment.</summary>
    internal Socket Client { get; }

    /// <summary>Its address.</summary>
    internal string From { get; }

    /// <summary>The other end's address.</summary>
    internal string To { get; }

    /// <summary>Listens in the right namespace and begins to connect from the left one.</summary>
    /// <param name="network">The namespaces.</param>
    /// <param name="v6">Over IPv6.</param>
    /// <param name="deferAccept">The listener wants data before it accepts.</param>
    internal static async Task<TcpLink> BeginAsync(TestNetwork network, bool v6, bool deferAccept = false)
    {
        var to = new IPEndPoint(IPAddress.Parse(v6 ? network.Right.Ipv6 : network.Right.Ipv4), Port);
        Socket listener = await network.Right.RunAsync(() =>
        {
            var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (deferAccept)
                socket.SetRawSocketOption((int)ProtocolType.Tcp, (int)DeferAccept, BitConverter.GetBytes(1));
            socket.Bind(new IPEndPoint(v6 ? IPAddress.IPv6Any : IPAddress.Any, Port));
            socket.Listen();
            return socket;
        });
        return await network.Left.RunAsync(() =>
        {
            var tap = new PacketTap();
            var client = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
            try
            {
                client.Connect(to);
            }
            catch (SocketException)
            {
                // Under way.
            }
            client.Blocking = true;
            return new TcpLink(tap, listener, client, v6 ? network.Left.Ipv6 : network.Left.Ipv4, to.Address.ToString());
        });
    }

    /// <summary>The same with a connection that stands.</summary>
    internal static async Task<TcpLink> CreateAsync(TestNetwork network, bool v6)
    {
        TcpLink link = await BeginAsync(network, v6);
        link._server = await link._listener.AcceptAsync();
        return link;
    }

    /// <summary>Sends segments of these lengths, one after the other, on a thread named <c>provoker</c>.</summary>
    internal Task SendAsync(params int[] lengths) => PinnedThread.Run(-1, () =>
    {
        foreach (int length in lengths)
            Client.Send(new byte[length]);
        return 0;
    });

    /// <summary>The segments sent from an address with a sequence number, as often as asked for, in order.</summary>
    internal TcpFrame[] Frames(string source, uint sequence, int count)
    {
        List<TcpFrame> frames = [];
        while (frames.Count < count)
            _tap.Next(frame =>
            {
                if (TcpFrame.Of(frame) is not { } segment || segment.Source != source || segment.Sequence != sequence || segment.End == sequence)
                    return false;
                frames.Add(segment);
                return true;
            });
        return [.. frames];
    }

    /// <summary>Returns when an acknowledgement of everything up to a number comes along, later than the frames seen so far.</summary>
    internal void AwaitAcknowledged(uint end) =>
        _tap.Next(frame => TcpFrame.Of(frame) is { } segment && segment.Source == To && segment.Acknowledgement == end);

    public void Dispose()
    {
        Client.Dispose();
        _server?.Dispose();
        _listener.Dispose();
        _tap.Dispose();
    }
}
