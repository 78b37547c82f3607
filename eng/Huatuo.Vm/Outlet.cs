using System.Net.Sockets;

namespace Huatuo.Vm;

/// <summary>The host's end of one of the guest's ports: a socket that QEMU connects to.</summary>
internal sealed class Outlet : IDisposable
{
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public Outlet(string path)
    {
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
    }

    /// <summary>Copies what the guest writes until QEMU ends, or nothing when it never connects.</summary>
    public async Task CopyAsync(Stream to, CancellationToken stop)
    {
        try
        {
            using var connection = await listener.AcceptAsync(stop);
            await using var stream = new NetworkStream(connection);
            await stream.CopyToAsync(to, CancellationToken.None);
            await to.FlushAsync(CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public void Dispose() => listener.Dispose();
}
