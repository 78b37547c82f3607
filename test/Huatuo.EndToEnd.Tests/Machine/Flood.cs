using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>Sends packets to <see cref="NetworkPair.BlockedPort"/>, each of which is one drop.</summary>
internal sealed class Flood : IDisposable
{
    private readonly Socket _socket;
    private readonly IPEndPoint _target;
    private readonly byte[] _packet;
    private readonly bool _tcp;

    public Flood(Socket socket, IPAddress source, IPAddress target, ProtocolType protocol)
    {
        _socket = socket;
        // A packet holds its socket's memory until it is received: enough for all that may wait at the receiver.
        socket.SendBufferSize = 8 << 20;
        socket.Bind(new IPEndPoint(source, 0));
        _target = new IPEndPoint(target, 0);
        _tcp = protocol == ProtocolType.Tcp;
        _packet = new byte[_tcp ? 20 : 8];
        BinaryPrimitives.WriteUInt16BigEndian(_packet, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), NetworkPair.BlockedPort);
        if (_tcp)
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(12), 0x5002); // five words, SYN
        else
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(4), 8);
    }

    /// <summary>How many were sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Sends as fast as it goes.</summary>
    public void Send(int count)
    {
        for (int i = 0; i < count; i++)
            SendOne();
    }

    /// <summary>Sends at a steady rate until told to stop or the number is reached.</summary>
    public async Task SendAsync(int count, int perSecond, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (int sent = 0; sent < count && !stop.IsCancellationRequested;)
        {
            int due = (int)Math.Min(count, Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond);
            for (; sent < due; sent++)
                SendOne();
            await Task.Delay(1, CancellationToken.None);
        }
    }

    public void Dispose() => _socket.Dispose();

    private void SendOne()
    {
        if (_tcp)
            BinaryPrimitives.WriteInt32BigEndian(_packet.AsSpan(4), Sent);
        _socket.SendTo(_packet, _target);
        Sent++;
    }
}
