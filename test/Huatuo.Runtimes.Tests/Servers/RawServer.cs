using System.Net.Sockets;

namespace Huatuo.Runtimes.Tests.Servers;

/// <summary>A Unix socket that answers whatever it is sent with the same bytes, then hangs up or holds the line.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-rt-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <param name="answer">The bytes; none is silence.</param>
    /// <param name="holds">Whether the connection stays open.</param>
    internal RawServer(byte[] answer, bool holds)
    {
        Path = System.IO.Path.Combine(_folder, "s");
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _loop = RunAsync(answer, holds);
    }

    internal string Path { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(byte[] answer, bool holds)
    {
        List<Socket> held = [];
        try
        {
            while (true)
            {
                Socket connection = await _listener.AcceptAsync(_stop.Token);
                held.Add(connection);
                await connection.ReceiveAsync(new byte[4096], _stop.Token);
                await connection.SendAsync(answer, _stop.Token);
                if (!holds)
                    connection.Dispose();
            }
        }
        catch (OperationCanceledException)
        {
            held.ForEach(connection => connection.Dispose());
        }
    }
}
