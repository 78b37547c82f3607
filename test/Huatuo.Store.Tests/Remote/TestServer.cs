using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Huatuo.Store.Tests.Remote;

/// <summary>
/// An HTTP/1.1 server on the loopback interface that answers byte for byte what it is told to, also what is no answer. Requests
/// that are not right fail the test.
/// </summary>
internal class TestServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _clients = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly Task _accepting;
    private long _requests;

    public TestServer(int port = 0, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://{(_certificate is null ? "127.0.0.1" : "localhost")}:{Port}");

    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Connections whose TLS failed.</summary>
    public ConcurrentQueue<string> TlsFailures { get; } = [];

    /// <summary>Answers requests before the server's own way does; null leaves it to that.</summary>
    public Func<TestRequest, TestAnswer?>? Instead { get; set; }

    /// <summary>What was wrong with requests; empty when nothing was.</summary>
    public IEnumerable<string> Faults => _faults;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (TcpClient client in _clients.Keys)
            client.Dispose();
        await _accepting;
        Assert.Empty(_faults);
    }

    protected virtual TestAnswer Answer(TestRequest request) => new(404, "{}");

    /// <summary>Looks at what <see cref="Instead"/> answers, and throws when the test is wrong.</summary>
    protected virtual void Check(TestAnswer answer)
    {
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _clients.TryAdd(client, 0);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using Stream stream = await SecureAsync(client.GetStream());
                while (await TestRequest.ReadAsync(stream, _stop.Token) is { } request)
                {
                    Interlocked.Increment(ref _requests);
                    TestAnswer? instead = Instead?.Invoke(request);
                    if (instead is not null)
                        Check(instead);
                    TestAnswer answer = instead ?? Answer(request);
                    if (!await answer.WriteAsync(stream, _stop.Token))
                        return;
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away, or the test is over.
            }
            catch (Exception fault)
            {
                _faults.Enqueue(fault.Message);
            }
            finally
            {
                _clients.TryRemove(client, out _);
            }
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (_certificate is null)
            return stream;
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsServerAsync(_certificate);
        }
        catch (Exception fault)
        {
            TlsFailures.Enqueue(fault.Message);
            throw new IOException(fault.Message);
        }
        return secure;
    }
}

internal sealed record TestRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The body without its compression.</summary>
    public byte[] Content
    {
        get
        {
            if (!Headers.TryGetValue("content-encoding", out string? encoding))
                return Body;
            Assert.Equal("gzip", encoding);
            using var gzip = new GZipStream(new MemoryStream(Body), CompressionMode.Decompress);
            using var content = new MemoryStream();
            gzip.CopyTo(content);
            return content.ToArray();
        }
    }

    public static async Task<TestRequest?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var head = new List<byte>();
        byte[] one = new byte[1];
        while (head.Count < 4 || !(head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, stop) == 0)
                return null;
            head.Add(one[0]);
        }
        string[] lines = Encoding.ASCII.GetString([.. head]).TrimEnd().Split("\r\n");
        string[] start = lines[0].Split(' ');
        Assert.Equal((3, "HTTP/1.1"), (start.Length, start[2]));
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]);
        byte[] body = new byte[headers.TryGetValue("content-length", out string? length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, stop);
        return new TestRequest(start[0], start[1], headers, body);
    }
}

/// <summary>An answer, or a part of one.</summary>
/// <param name="Status">HTTP's status.</param>
/// <param name="Body">The content.</param>
internal sealed record TestAnswer(int Status, byte[] Body)
{
    public TestAnswer(int status, string body)
        : this(status, Encoding.UTF8.GetBytes(body))
    {
    }

    /// <summary>The content's type.</summary>
    public string ContentType { get; init; } = "application/json; charset=UTF-8";

    /// <summary>Further headers, each with its line break.</summary>
    public string Headers { get; init; } = "";

    /// <summary>So many bytes of the whole are written, then the connection is closed.</summary>
    public int? CutAfter { get; init; }

    /// <summary>What is waited for before the answer.</summary>
    public Task? After { get; init; }

    /// <summary>What comes instead of an HTTP answer.</summary>
    public byte[]? Raw { get; init; }

    public async Task<bool> WriteAsync(Stream stream, CancellationToken stop)
    {
        if (After is not null)
            await After.WaitAsync(stop);
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} X\r\nContent-Type: {ContentType}\r\nContent-Length: {Body.Length}\r\n{Headers}\r\n");
        byte[] whole = Raw ?? [.. head, .. Body];
        await stream.WriteAsync(whole.AsMemory(0, Math.Min(CutAfter ?? whole.Length, whole.Length)), stop);
        await stream.FlushAsync(stop);
        return CutAfter is null && Raw is null;
    }
}
