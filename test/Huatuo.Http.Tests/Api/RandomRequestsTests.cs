using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

/// <summary>Whatever is sent to a route, with a token that may do everything: documented answers only.</summary>
[Collection(MeasuresMemory)]
public sealed class RandomRequestsTests
{
    /// <summary>Tests that take much memory do not run beside those that measure it.</summary>
    internal const string MeasuresMemory = "memory";

    /// <summary>What every route may answer, and what the server answers before there is a route, with an empty body.</summary>
    private static readonly int[] Always = [400, 401, 403, 404, 405, 408, 411, 413, 414, 431, 429];

    private static readonly string[] Pieces =
    [
        "..", "%2e%2e", "%2f", "%00", "%", "etc", "passwd", "{name}", "runs", "off", "01a2073e-4230-7066-866a-0b6f90aef4f6", "é", "'", "\"", "<script>", "*", "~", "-1",
        "9223372036854775808", "1e9", "0x10", "true", "10m", "(", "[a-z", "a=b", "n>1", "n~(a+)+$", "tracer_data", "\t", ";drop table events_1", "#", "&", "=", "+", "\uFFFD",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_route_answers_as_it_is_documented()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        await stand.StoreAsync(30);
        string token = stand.Token(Scope.Read | Scope.Control | Scope.Profile);
        var random = new Random(17);
        foreach (Route route in stand.Server.Routes)
        {
            for (int round = 0; round < 60; round++)
            {
                string path = string.Join('/', route.Path.Split('/').Select(part => part.StartsWith('{') || random.Next(12) == 0 ? Piece(random) : part));
                string query = round % 3 == 0 ? "" : "?" + string.Join('&', Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{Name(route, random)}={Piece(random)}"));
                string method = random.Next(10) == 0 ? "PUT" : route.Method;
                string headers = random.Next(4) switch
                {
                    0 => $"Last-Event-ID: {Ascii(Piece(random))}\r\n",
                    1 => $"Accept: {Ascii(Piece(random))}\r\n",
                    _ => "",
                };
                string body = route.LargestBody > 0 ? Body(random) : random.Next(6) == 0 ? $"Content-Length: {random.Next(1, 5)}\r\n\r\nabcde" : "\r\n";
                string reply = await SendAsync(stand, $"{method} {Ascii(path)}{Ascii(query)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n{headers}{body}");
                Check(route, method, path + query, reply);
            }
        }
        Assert.Empty(stand.Failures);
        Assert.DoesNotContain(stand.Audit, line => line.Contains("..", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_are_reached_by_no_path()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string token = stand.Token(Scope.Read | Scope.Control | Scope.Profile);
        string[] paths =
        [
            "/api/v1/../../../../etc/passwd", "/api/v1/%2e%2e/%2e%2e/etc/passwd", "/api/v1/events/..%2f..%2f..%2fetc%2fpasswd", "/api/v1/tracers/..%2f..%2fevents.db",
            "/api/v1/tracers/tokens.json", "//etc/passwd", "/api/v1/openapi.json/../../../tokens.json", $"/{stand.Folder}/tokens.json",
        ];
        foreach (string path in paths)
        {
            string reply = await SendAsync(stand, $"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n");
            Assert.Matches("^HTTP/1.1 (400|404) ", reply);
            Assert.DoesNotContain("root:", reply, StringComparison.Ordinal);
            Assert.DoesNotContain("sha256", reply, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bodies_that_have_no_end_and_headers_that_never_come_hold_up_nobody_and_take_no_memory()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string token = stand.Token(Scope.Control);
        var slow = new List<Socket>();
        try
        {
            for (int i = 0; i < 40; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                slow.Add(socket);
                await socket.ConnectAsync(stand.Server.Endpoint, Cancel);
                await socket.SendAsync(Encoding.ASCII.GetBytes(i % 2 == 0
                    ? "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: B"
                    : $"POST /api/v1/tracers/runs/restart HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 99999999999\r\n\r\nx"), Cancel);
            }
            await stand.GetAsync("/api/v1/tracers");
            long before = GC.GetTotalMemory(forceFullCollection: true);
            byte[] flood = new byte[64 << 10];
            foreach (Socket socket in slow.Where((_, i) => i % 2 == 1))
            {
                try
                {
                    for (int i = 0; i < 64; i++)
                        await socket.SendAsync(flood, Cancel);
                }
                catch (SocketException)
                {
                    // It was cut, as it should be.
                }
            }
            await stand.GetAsync("/api/v1/tracers");
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
        Assert.Empty(stand.Failures);
    }

    private static void Check(Route route, string method, string target, string reply)
    {
        Assert.True(reply.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"{method} {target}: '{reply}'");
        int status = int.Parse(reply.AsSpan(9, 3));
        int[] good = [.. route.Outcomes.Select(outcome => outcome.Status), .. route.Refusals, .. Always];
        // A path that was changed may be another route's.
        Assert.True(good.Contains(status) || status is 200 or 204 or 409 or 503, $"{method} {target}: {reply}");
        string body = reply[(reply.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (status >= 400 && body.Length > 0)
        {
            JsonElement error = JsonElement.Parse(body).GetProperty("error");
            Assert.Equal(["code", "message", "hint"], error.EnumerateObject().Select(field => field.Name));
            Assert.Matches("^[a-z_]+$", error.GetProperty("code").GetString());
        }
    }

    private static string Body(Random random)
    {
        string[] names = ["tracer", "tracer_name", "duration", "timeout", "options", "filters", "request_id", "trace_args", "hook", "ports", "hostname", "store", "local", "api", "rules", "max_streams", "a.b", ""];
        string[] values = ["1", "-1", "1e99", "null", "true", "[]", "{}", "\"\"", "\"runs\"", "\"1ms\"", "\"../../bin/sh\"", "[\"ports=1\"]", "{\"ports\":[1,99999]}", "{\"hostname\":\"(a+)+$\"}", "\"\\ud800\"", "[[[[[[[[[[]]]]]]]]]]", "{\"local\":{\"max_size\":\"1GiB\",\"max_age\":null}}", "[{\"name\":\"r\",\"when\":[{\"field\":\"pid\",\"is\":1}]}]", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":1}}}}}}}"];
        string json = "{" + string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => $"\"{names[random.Next(names.Length)]}\":{values[random.Next(values.Length)]}")) + "}";
        if (random.Next(5) == 0)
            json = json[..random.Next(json.Length)] + Piece(random);
        // Longer than it is told, it is cut; shorter, the connection ends early.
        int length = Encoding.UTF8.GetByteCount(json);
        return $"Content-Length: {(random.Next(10) == 0 ? 99_999_999 : length)}\r\n\r\n{json}";
    }

    private static string Name(Route route, Random random) =>
        route.Parameters.Count > 0 && random.Next(8) > 0 ? route.Parameters[random.Next(route.Parameters.Count)].Name : Piece(random);

    private static string Piece(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    // Some come as they are, which is no HTTP; most are escaped.
    private static string Ascii(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => b is > 32 and < 127 ? ((char)b).ToString() : $"%{b:x2}"));

    private static async Task<string> SendAsync(ApiStand stand, string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(stand.Server.Endpoint, Cancel);
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), Cancel);
        var reply = new StringBuilder();
        byte[] piece = new byte[8192];
        // A stream that is granted has no end.
        while (!reply.ToString().Contains("text/event-stream", StringComparison.Ordinal))
        {
            int count = await socket.ReceiveAsync(piece, Cancel).AsTask().WaitAsync(TestServer.Guard, Cancel);
            if (count == 0)
                break;
            reply.Append(Encoding.UTF8.GetString(piece, 0, count));
        }
        return reply.ToString();
    }
}
