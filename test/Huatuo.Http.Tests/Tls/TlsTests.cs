using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Huatuo.Http.Tls;

namespace Huatuo.Http.Tests.Tls;

public sealed class TlsTests
{
    private const int Samples = 20_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Source Large { get; } = new("large", writer =>
    {
        writer.Family("a", Flow.Metrics.MetricKind.Gauge, "A.");
        for (int i = 0; i < Samples; i++)
            writer.Sample(i, new Flow.Metrics.Label("i", i.ToString()));
    });

    [Fact]
    public async Task Pages_arrive_whole_and_handshakes_are_counted()
    {
        await using var stand = new TlsStand();
        DateTimeOffset end = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddDays(3).ToUnixTimeSeconds());
        stand.Write(stand.Authority.Server(end));
        await stand.StartAsync([Large]);
        string expected = string.Concat(Enumerable.Range(0, Samples).Select(i => $"a{{i=\"{i}\"}} {i}\n"));
        using HttpClient client = stand.Client(stand.Authority);
        for (int round = 0; round < 2; round++)
            Assert.Contains(expected, await client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);

        using var stranger = new TestAuthority("others");
        using (HttpClient distrustful = stand.Client(stranger))
            await Assert.ThrowsAsync<HttpRequestException>(() => distrustful.GetAsync("/healthz", Cancel));
        string page = await client.GetStringAsync("/metrics", Cancel);
        Assert.Contains($"huatuo_http_tls_certificate_expiry_timestamp_seconds {end.ToUnixTimeSeconds()}\n", page.Replace("e+09", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("huatuo_http_tls_handshakes_total{result=\"done\"}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_handshake_is_hung_up_on_and_counted()
    {
        await using var stand = new TlsStand();
        stand.Write(stand.Authority.Server());
        await stand.StartAsync();
        foreach (string words in new[] { "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "\u0016\u0003\u0001\u00ff\u00ff", "" })
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(stand.Server!.Endpoint, Cancel);
            await socket.SendAsync(Encoding.Latin1.GetBytes(words), Cancel);
            socket.Shutdown(SocketShutdown.Send);
            var answer = new byte[64];
            try
            {
                int read = await socket.ReceiveAsync(answer, Cancel).AsTask().WaitAsync(TestServer.Guard, Cancel);
                Assert.DoesNotContain("HTTP", Encoding.Latin1.GetString(answer, 0, read), StringComparison.Ordinal);
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
            }
        }
        using HttpClient client = stand.Client(stand.Authority);
        while (!(await client.GetStringAsync("/metrics", Cancel)).Contains("huatuo_http_tls_handshakes_total{result=\"failed\"} 3\n", StringComparison.Ordinal))
            await Task.Yield();
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_hung_up_on()
    {
        await using var stand = new TlsStand();
        stand.Write(stand.Authority.Server());
        await stand.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(stand.Server!.Endpoint, Cancel);
        Task<int> end = socket.ReceiveAsync(new byte[1], Cancel).AsTask();
        while (!end.IsCompleted)
        {
            stand.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(end, Task.Delay(10, Cancel));
        }
        Assert.True(end.IsFaulted || await end == 0);
    }

    [Fact]
    public async Task Only_clients_with_a_certificate_of_the_right_root_are_served()
    {
        await using var stand = new TlsStand();
        using var clients = new TestAuthority("clients");
        stand.Write(stand.Authority.Server());
        File.WriteAllText(stand.ClientCa, clients.Pem);
        stand.Options.ClientCa = stand.ClientCa;
        await stand.StartAsync();

        using (HttpClient known = stand.Client(stand.Authority, clients.Client("prometheus")))
        using (HttpResponseMessage answer = await known.GetAsync("/healthz", Cancel))
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        using (HttpClient without = stand.Client(stand.Authority))
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => without.GetAsync("/healthz", Cancel));
        using (HttpClient false_ = stand.Client(stand.Authority, stand.Authority.Client("prometheus")))
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => false_.GetAsync("/healthz", Cancel));
        // A server's certificate does not make a client.
        using (HttpClient server = stand.Client(stand.Authority, clients.Server()))
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.GetAsync("/healthz", Cancel));
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_and_a_broken_one_is_not()
    {
        await using var stand = new TlsStand();
        stand.Write(stand.Authority.Server());
        var warnings = new ConcurrentQueue<string>();
        var identity = new TlsIdentity(stand.Options, stand.Time, warnings.Enqueue);
        string Serial() => identity.Current().ServerCertificateContext!.TargetCertificate.SerialNumber;
        string first = Serial();

        stand.Write(stand.Authority.Server());
        Assert.Equal(first, Serial());
        stand.Time.Advance(TlsIdentity.Recheck);
        string second = Serial();
        Assert.NotEqual(first, second);

        // The key follows its certificate later.
        (string certificate, string key) = stand.Authority.Server();
        File.WriteAllText(stand.Options.Certificate, certificate);
        stand.Time.Advance(TlsIdentity.Recheck);
        Assert.Equal(second, Serial());
        stand.Time.Advance(TlsIdentity.Recheck);
        Assert.Equal(second, Serial());
        string warning = Assert.Single(warnings);
        Assert.StartsWith($"tls.key: {stand.Options.Key}: holds no private key of {stand.Options.Certificate}: ", warning, StringComparison.Ordinal);
        Assert.EndsWith("; the certificate until now goes on", warning, StringComparison.Ordinal);
        File.WriteAllText(stand.Options.Key, key);
        stand.Time.Advance(TlsIdentity.Recheck);
        Assert.Equal(X509Certificate2.CreateFromPem(certificate).SerialNumber, Serial());
        Assert.Single(warnings);
    }

    [Theory]
    [InlineData("certificate", "gone")]
    [InlineData("certificate", "empty")]
    [InlineData("certificate", "nonsense")]
    [InlineData("key", "gone")]
    [InlineData("key", "nonsense")]
    [InlineData("key", "of another")]
    [InlineData("client_ca", "gone")]
    [InlineData("client_ca", "empty")]
    public async Task Files_that_cannot_be_used_are_named(string key, string how)
    {
        await using var stand = new TlsStand();
        stand.Write(stand.Authority.Server());
        stand.Options.ClientCa = stand.ClientCa;
        File.WriteAllText(stand.ClientCa, stand.Authority.Pem);
        string path = key switch { "certificate" => stand.Options.Certificate, "key" => stand.Options.Key, _ => stand.ClientCa };
        if (how == "gone")
            File.Delete(path);
        else
            File.WriteAllText(path, how switch { "empty" => "", "nonsense" => "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", _ => stand.Authority.Server().Key });
        var fault = await Assert.ThrowsAsync<TlsException>(() => stand.StartAsync());
        Assert.StartsWith($"tls.{key}: {path}: ", fault.Message, StringComparison.Ordinal);
    }
}
