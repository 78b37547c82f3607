using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>The <c>_bulk</c> API on loopback, which keeps documents by index and identifier.</summary>
internal sealed class BulkEndpoint : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public BulkEndpoint(int port)
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Documents by index and identifier.</summary>
    public ConcurrentDictionary<string, JsonNode> Documents { get; } = [];

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                bool right = context.Request is { HttpMethod: "POST", RawUrl: "/_bulk", ContentType: "application/x-ndjson" };
                byte[] reply = right ? Keep(context.Request) : [];
                context.Response.StatusCode = right ? 200 : 400;
                context.Response.ContentType = "application/json";
                context.Response.Close(reply, willBlock: false);
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
        }
    }

    private byte[] Keep(HttpListenerRequest request)
    {
        using var gzip = new GZipStream(request.InputStream, CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        var items = new JsonArray();
        while (reader.ReadLine() is { } action && reader.ReadLine() is { } document)
        {
            JsonNode target = JsonNode.Parse(action)!["create"]!;
            bool isNew = Documents.TryAdd($"{target["_index"]}/{target["_id"]}", JsonNode.Parse(document)!);
            items.Add(new JsonObject { ["create"] = new JsonObject { ["_index"] = target["_index"]!.DeepClone(), ["_id"] = target["_id"]!.DeepClone(), ["status"] = isNew ? 201 : 409 } });
        }
        return System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["took"] = 1, ["errors"] = false, ["items"] = items }.ToJsonString());
    }
}
