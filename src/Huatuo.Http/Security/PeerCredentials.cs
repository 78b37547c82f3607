using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Huatuo.Http.Security;

/// <summary>Who is at the other end of a Unix socket, as the kernel tells: who connected, or who listens.</summary>
/// <param name="Process">The process; 0 when it is not to be seen from this one's namespace.</param>
/// <param name="User">Its user.</param>
internal readonly record struct PeerCredentials(int Process, uint User)
{
    private const int SolSocket = 1;
    private const int SoPeercred = 17;

    /// <summary>Asks the kernel; null when it does not tell.</summary>
    public static PeerCredentials? Of(Socket socket)
    {
        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoPeercred, credentials) == credentials.Length
                ? new PeerCredentials(MemoryMarshal.Read<int>(credentials), MemoryMarshal.Read<uint>(credentials[4..]))
                : null;
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
