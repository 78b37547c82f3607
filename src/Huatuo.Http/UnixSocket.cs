using System.Net.Sockets;

namespace Huatuo.Http;

/// <summary>A Unix socket that is bound, with its file, which goes with it.</summary>
internal sealed class UnixSocket : IDisposable
{
    private readonly string? _folder;

    private UnixSocket(Socket socket, UnixDomainSocketEndPoint endpoint, string path, string? folder)
    {
        Socket = socket;
        Endpoint = endpoint;
        Path = path;
        _folder = folder;
    }

    /// <summary>The socket, bound.</summary>
    public Socket Socket { get; }

    /// <summary>Its address.</summary>
    public UnixDomainSocketEndPoint Endpoint { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Binds one, in place of one that nobody listens on any more; its folder is made when it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="why">Why it cannot be.</param>
    public static UnixSocket? TryBind(string path, out string why)
    {
        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Socket? socket = null;
        try
        {
            string full = System.IO.Path.GetFullPath(path);
            var endpoint = new UnixDomainSocketEndPoint(full);
            string folder = System.IO.Path.GetDirectoryName(full)!;
            bool isMade = !Directory.Exists(folder);
            Directory.CreateDirectory(folder, own | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
            if (!TryClear(full, endpoint, out why))
                return null;
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(endpoint);
            File.SetUnixFileMode(full, own);
            return new UnixSocket(socket, endpoint, full, isMade ? folder : null);
        }
        catch (Exception fault) when (fault is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket?.Dispose();
            why = fault.Message;
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Socket.Dispose();
        try
        {
            File.Delete(Path);
            if (_folder is not null)
                Directory.Delete(_folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Others have something there.
        }
    }

    private static bool TryClear(string path, UnixDomainSocketEndPoint endpoint, out string why)
    {
        why = "";
        if (!File.Exists(path))
            return true;
        if ((File.GetAttributes(path) & FileAttributes.Directory) != 0 || new FileInfo(path).Length > 0)
        {
            why = "it is no socket";
            return false;
        }
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endpoint);
            why = "another agent listens on it";
            return false;
        }
        catch (SocketException nobody) when (nobody.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return true;
        }
    }
}
