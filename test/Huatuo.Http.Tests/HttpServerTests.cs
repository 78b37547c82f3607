using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Huatuo.Http.Tests;

public sealed class HttpServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_are_negotiated()
    {
        await using var server = await TestServer.StartAsync([Source.AllKinds]);

        var text = await server.Client.GetAsync("/metrics?ignored=1", Cancel);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", text.Content.Headers.ContentType!.ToString());
        Assert.Equal("Accept", Assert.Single(text.Headers.Vary));
        Assert.StartsWith("# HELP test_events_total ", await text.Content.ReadAsStringAsync(Cancel));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));
        var openMetrics = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(
            "application/openmetrics-text; version=1.0.0; charset=utf-8", openMetrics.Content.Headers.ContentType!.ToString());
        var page = await openMetrics.Content.ReadAsStringAsync(Cancel);
        Assert.StartsWith("# HELP test_events ", page);
        Assert.EndsWith("\n# EOF\n", page);
    }

    [Fact]
    public async Task A_large_page_arrives_whole()
    {
        const int Samples = 20_000;
        await using var server = await TestServer.StartAsync([new Source("large", writer =>
        {
            writer.Family("a", Flow.Metrics.MetricKind.Gauge, "A.");
            for (var i = 0; i < Samples; i++)
                writer.Sample(i, new Flow.Metrics.Label("i", i.ToString()));
        })]);
        var expected = string.Concat(Enumerable.Range(0, Samples).Select(i => $"a{{i=\"{i}\"}} {i}\n"));
        for (var round = 0; round < 2; round++)
            Assert.Contains(expected, await server.Client.GetStringAsync("/metrics", Cancel));
    }

    [Fact]
    public async Task Version_says_what_runs()
    {
        await using var server = await TestServer.StartAsync([]);
        var answer = await server.Client.GetAsync("/version", Cancel);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            """{"version":"1.2.3","commit":"abcdef0","dotnet":"10.0.1","flavour":"jit","kernel":"6.1.0-test"}""",
            await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Health_and_readiness_are_different_things()
    {
        await using var server = await TestServer.StartAsync([]);
        server.NotReady = "dropwatch: not attached yet";
        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.GetAsync("/healthz", Cancel)).StatusCode);
        var answer = await server.Client.GetAsync("/readyz", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(
            """{"error":{"code":"not_ready","message":"dropwatch: not attached yet","hint":""}}""",
            await answer.Content.ReadAsStringAsync(Cancel));

        server.NotReady = null;
        answer = await server.Client.GetAsync("/readyz", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("/metrics", 200)]
    [InlineData("/version", 200)]
    [InlineData("/healthz", 204)]
    [InlineData("/nothing", 404)]
    public async Task A_HEAD_has_the_headers_of_the_GET(string path, int status)
    {
        await using var server = await TestServer.StartAsync([Source.AllKinds]);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        var head = await server.Client.SendAsync(request, Cancel);
        var get = await server.Client.GetAsync(path, Cancel);
        Assert.Equal(status, (int)head.StatusCode);
        Assert.Equal(status, (int)get.StatusCode);
        Assert.Equal("", await head.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(path == "/healthz", head.Content.Headers.ContentLength is null or 0);
        Assert.False(get.Headers.Contains("Server"));
        Assert.True(get.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics/")]
    [InlineData("/METRICS")]
    [InlineData("/metrics/../etc/passwd")]
    [InlineData("/%2e%2e/healthz%00")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        await using var server = await TestServer.StartAsync([]);
        var reply = await RawAsync(server, $"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        if (path.Contains("%00"))
        {
            Assert.StartsWith("HTTP/1.1 400 ", reply);
            return;
        }

        Assert.StartsWith("HTTP/1.1 404 ", reply);
        Assert.EndsWith(
            """{"error":{"code":"not_found","message":"nothing is here","hint":"there are /metrics, /healthz, /readyz, /version"}}""",
            reply);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("BREW")]
    public async Task Other_methods_are_refused(string method)
    {
        await using var server = await TestServer.StartAsync([]);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/metrics");
        var answer = await server.Client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
        Assert.Equal(
            """{"error":{"code":"method_not_allowed","message":"this is not done by that method","hint":"there are GET, HEAD"}}""",
            await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length: 99999999999\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public async Task A_request_body_is_refused_and_the_connection_closed(string rest)
    {
        await using var server = await TestServer.StartAsync([]);
        var reply = await RawAsync(server, $"GET /metrics HTTP/1.1\r\nHost: x\r\n{rest}");
        Assert.StartsWith("HTTP/1.1 413 ", reply);
        Assert.EndsWith("""{"error":{"code":"body_not_accepted","message":"nothing here takes a request body","hint":"send it without one"}}""", reply);
    }

    [Theory]
    [InlineData("HTTP/1.1 431 ", "GET /healthz HTTP/1.1\r\nHost: x\r\nLarge: {0}\r\n\r\n")]
    [InlineData("HTTP/1.1 414 ", "GET /{0} HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task Oversized_headers_are_refused(string expected, string request)
    {
        await using var server = await TestServer.StartAsync([]);
        Assert.StartsWith(expected, await RawAsync(server, string.Format(request, new string('x', 9000))));
        Assert.StartsWith("HTTP/1.1 204 ", await RawAsync(
            server, $"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nLarge: {new string('x', 7000)}\r\n\r\n"));
    }

    [Fact]
    public async Task The_host_header_changes_nothing()
    {
        await using var server = await TestServer.StartAsync([]);
        var reply = await RawAsync(server, "GET /nothing HTTP/1.1\r\nHost: evil.example:1\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", reply);
        Assert.DoesNotContain("evil", reply);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_the_others_live()
    {
        await using var server = await TestServer.StartAsync([]);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 64; i++)
            {
                var socket = await server.ConnectAsync();
                sockets.Add(socket);
                await socket.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
                Assert.StartsWith("HTTP/1.1 204 ", await ReceiveAsync(socket));
            }

            Assert.Equal("", await RawAsync(server, ""));
            await sockets[0].SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
            Assert.StartsWith("HTTP/1.1 204 ", await ReceiveAsync(sockets[0]));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Garbage_never_harms_the_server()
    {
        await using var server = await TestServer.StartAsync([Source.AllKinds]);
        var random = new Random(42);
        var valid = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: application/openmetrics-text;q=0.5\r\nConnection: close\r\n\r\n"u8.ToArray();
        for (var round = 0; round < 300; round++)
        {
            byte[] bytes;
            if (round % 2 == 0)
            {
                bytes = new byte[random.Next(1, 2000)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = [.. valid];
                for (var i = random.Next(1, 6); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using var socket = await server.ConnectAsync();
            try
            {
                await socket.SendAsync(bytes, Cancel);
                socket.Shutdown(SocketShutdown.Send);
                await ReadToEndAsync(socket);
            }
            catch (SocketException)
            {
                // The server may cut a connection while it is still being written to.
            }
        }

        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.GetAsync("/healthz", Cancel)).StatusCode);
        Assert.Empty(server.Failures);
    }

    [Fact]
    public async Task The_environment_changes_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var other = $"http://{listener.LocalEndpoint}";
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString();
        listener.Stop();
        (string Name, string Value)[] environment =
        [
            ("ASPNETCORE_URLS", other), ("DOTNET_URLS", other), ("URLS", other), ("ASPNETCORE_HTTP_PORTS", port),
            ("DOTNET_HTTP_PORTS", port), ("HTTP_PORTS", port), ("Kestrel__Endpoints__Other__Url", other),
            ("ASPNETCORE_Kestrel__Endpoints__Other__Url", other), ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "Nothing"),
        ];
        try
        {
            foreach (var (name, value) in environment)
                Environment.SetEnvironmentVariable(name, value);
            await using var server = await TestServer.StartAsync([]);
            Assert.Equal(IPAddress.Loopback, server.Server.Endpoint.Address);
            Assert.Equal(HttpStatusCode.NoContent, (await server.Client.GetAsync("/healthz", Cancel)).StatusCode);
            listener.Start();
        }
        finally
        {
            foreach (var (name, _) in environment)
                Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task A_port_in_use_is_explained()
    {
        await using var first = await TestServer.StartAsync([]);
        var endpoint = first.Server.Endpoint;
        var error = await Assert.ThrowsAsync<ListenException>(
            () => TestServer.StartAsync([], new HttpOptions { Listen = endpoint }));
        Assert.Equal(endpoint, error.Endpoint);
        Assert.Equal(
            $"cannot listen on {endpoint}: the address is in use by another program or another agent; "
            + $"find it with 'ss -ltnp sport = :{endpoint.Port}' and stop it, or listen on another address",
            error.Message);
    }

    [Fact]
    public async Task An_address_that_is_not_ours_is_explained()
    {
        var endpoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);
        var error = await Assert.ThrowsAsync<ListenException>(
            () => TestServer.StartAsync([], new HttpOptions { Listen = endpoint }));
        Assert.Equal(
            "cannot listen on 192.0.2.1:0: no network interface has this address; "
            + "listen on one that 'ip address' shows, or on 127.0.0.1",
            error.Message);
    }

    internal static async Task<string> RawAsync(TestServer server, string request)
    {
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancel);
        return await ReadToEndAsync(socket);
    }

    internal static async Task<string> ReadToEndAsync(Socket socket)
    {
        var all = new StringBuilder();
        for (string piece; (piece = await ReceiveAsync(socket)) != "";)
            all.Append(piece);
        return all.ToString();
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[8192];
        var count = await socket.ReceiveAsync(buffer, Cancel).AsTask().WaitAsync(TestServer.Guard, Cancel);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }
}
