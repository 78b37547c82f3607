using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>
/// Two network namespaces with a cable between them. The addresses are of the block for benchmarks (RFC 2544), a network
/// for each test process, so that a filter on <see cref="Network"/> sees the drops of this test alone.
/// </summary>
internal sealed partial class NetworkPair : IDisposable
{
    /// <summary>Packets to this port are dropped by netfilter in the namespace of the receiver.</summary>
    public const int BlockedPort = 7;

    private const int CloneNewNet = 0x40000000;

    private readonly string _near = $"huatuo-near-{Environment.ProcessId}";
    private readonly string _far = $"huatuo-far-{Environment.ProcessId}";

    public NetworkPair()
    {
        try
        {
            Command.Run("ip", "netns", "add", _near);
            Command.Run("ip", "netns", "add", _far);
            Command.Run("ip", "link", "add", "near", "netns", _near, "type", "veth", "peer", "name", "far", "netns", _far);
            Configure(_near, "near", Near);
            Configure(_far, "far", Far);
            foreach (string protocol in (string[])["tcp", "udp"])
                Inside(_far, "iptables", "-A", "INPUT", "-p", protocol, "--dport", $"{BlockedPort}", "-j", "DROP");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The sender.</summary>
    public IPAddress Near { get; } = IPAddress.Parse($"198.18.{Environment.ProcessId % 256}.1");

    /// <summary>The receiver.</summary>
    public IPAddress Far { get; } = IPAddress.Parse($"198.18.{Environment.ProcessId % 256}.2");

    /// <summary>The network of both.</summary>
    public string Network => $"198.18.{Environment.ProcessId % 256}.0/24";

    /// <summary>The option that keeps all drops away that are not of this network.</summary>
    public string[] OnlyHere => ["--set", $"tracers.dropwatch.addresses={Network}"];

    /// <summary>Tries to connect to a port where nobody listens; the SYN is dropped.</summary>
    public void ConnectToClosed(int port)
    {
        using Socket socket = Open(SocketType.Stream, ProtocolType.Tcp);
        var refused = Assert.Throws<SocketException>(() => socket.Connect(new IPEndPoint(Far, port)));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    /// <summary>A source of packets that netfilter drops at the receiver.</summary>
    public Flood Flood(ProtocolType protocol = ProtocolType.Tcp) => new(Open(SocketType.Raw, protocol), Near, Far, protocol);

    public void Dispose()
    {
        // The cable goes with the namespaces; what was never made cannot be removed.
        Command.Try("ip", "netns", "del", _near);
        Command.Try("ip", "netns", "del", _far);
    }

    private static void Configure(string netns, string device, IPAddress address)
    {
        Inside(netns, "ip", "address", "add", $"{address}/24", "dev", device);
        Inside(netns, "ip", "link", "set", device, "up");
        Inside(netns, "ip", "link", "set", "lo", "up");
    }

    private static void Inside(string netns, params string[] words) => Command.Run(["nsenter", $"--net={FileOf(netns)}", .. words]);

    private static string FileOf(string netns) => $"/run/netns/{netns}";

    /// <summary>A socket of the sender's namespace, made by a thread that enters it and ends there.</summary>
    private Socket Open(SocketType type, ProtocolType protocol)
    {
        Socket? socket = null;
        int error = 0;
        var thread = new Thread(() =>
        {
            using SafeFileHandle netns = File.OpenHandle(FileOf(_near));
            if (setns(netns, CloneNewNet) != 0)
                error = Marshal.GetLastPInvokeError();
            else
                socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException($"setns: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeFileHandle netns, int type);
}
