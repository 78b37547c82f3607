using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Huatuo.Bench.Spool;

/// <summary>The other end of a sink for Elasticsearch or OpenTelemetry: takes every document, and keeps none.</summary>
internal sealed class BulkReceiver : IAsyncDisposable
{
    /// <summary>The argument that makes of this program a receiver alone, before its port.</summary>
    internal const string Verb = "receive";

    /// <summary>Where OpenTelemetry's logs go.</summary>
    internal const string Logs = "/v1/logs";

    private static readonly byte[] s_taken = "HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    internal BulkReceiver(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Serves until standard input ends.</summary>
    internal static async Task<int> ServeAsync(string port)
    {
        await using var receiver = new BulkReceiver(int.Parse(port, CultureInfo.InvariantCulture));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>A port that nobody listens on.</summary>
    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[64 << 10];
        int filled = 0;
        while (true)
        {
            int head;
            while ((head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(filled), _stop.Token);
                if (read == 0)
                    return;
                filled += read;
            }
            string headers = Encoding.ASCII.GetString(buffer, 0, head);
            int start = headers.IndexOf("Content-Length: ", StringComparison.Ordinal) + "Content-Length: ".Length;
            int length = int.Parse(headers.AsSpan(start, headers.IndexOf("\r\n", start, StringComparison.Ordinal) is var end and >= 0 ? end - start : headers.Length - start));
            byte[] body = new byte[length];
            int have = filled - head - 4;
            buffer.AsSpan(head + 4, have).CopyTo(body);
            await stream.ReadExactlyAsync(body.AsMemory(have), _stop.Token);
            filled = 0;
            await stream.WriteAsync(headers.StartsWith("POST " + Logs, StringComparison.Ordinal) ? s_taken : Reply(Lines(body) / 2), _stop.Token);
        }
    }

    private static int Lines(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        byte[] chunk = new byte[64 << 10];
        int lines = 0;
        for (int read; (read = gzip.Read(chunk)) > 0;)
            lines += chunk.AsSpan(0, read).Count((byte)'\n');
        return lines;
    }

    private static byte[] Reply(int documents)
    {
        const string item = """{"create":{"_index":"huatuo_bamai","_id":"0193653c-0000-7000-8000-000000000007","_version":1,"result":"created","_shards":{"total":2,"successful":1,"failed":0},"_seq_no":1,"_primary_term":1,"status":201}}""";
        string body = $$"""{"took":1,"errors":false,"items":[{{string.Join(',', Enumerable.Repeat(item, documents))}}]}""";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
