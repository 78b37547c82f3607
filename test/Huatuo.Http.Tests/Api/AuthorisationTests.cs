using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Huatuo.Http.Api;
using Huatuo.Http.Security;
using Huatuo.Http.Tests.Tls;
using Huatuo.Http.Tls;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Api;

public sealed class AuthorisationTests
{
    /// <summary>Every route, with the one scope that it needs.</summary>
    private static readonly (string Method, string Path, Scope Scope)[] Routes =
    [
        ("GET", "/metrics", Scope.None),
        ("GET", "/healthz", Scope.None),
        ("GET", "/readyz", Scope.None),
        ("GET", "/version", Scope.None),
        ("GET", "/api/v1/events", Scope.Read),
        ("GET", "/api/v1/events/stream", Scope.Read),
        ("GET", "/api/v1/events/{id}", Scope.Read),
        ("GET", "/api/v1/tracers", Scope.Read),
        ("GET", "/api/v1/tracers/{name}", Scope.Read),
        ("POST", "/api/v1/tracers/{name}/start", Scope.Control),
        ("POST", "/api/v1/tracers/{name}/stop", Scope.Control),
        ("POST", "/api/v1/tracers/{name}/restart", Scope.Control),
        ("PATCH", "/api/v1/tracers/{name}/options", Scope.Control),
        ("GET", "/api/v1/containers", Scope.Read),
        ("GET", "/api/v1/config", Scope.Read),
        ("PATCH", "/api/v1/config", Scope.Control),
        ("POST", "/api/v1/config/reload", Scope.Control),
        ("GET", "/api/v1/health", Scope.Read),
        ("GET", "/api/v1/openapi.json", Scope.Read),
        ("GET", "/api/v1/profiles", Scope.Read),
        ("GET", "/api/v1/profiles/labels", Scope.Read),
        ("GET", "/api/v1/profiles/merge", Scope.Read),
        ("POST", "/querier.v1.QuerierService/ProfileTypes", Scope.Read),
        ("POST", "/querier.v1.QuerierService/LabelNames", Scope.Read),
        ("POST", "/querier.v1.QuerierService/LabelValues", Scope.Read),
        ("POST", "/querier.v1.QuerierService/Series", Scope.Read),
        ("POST", "/querier.v1.QuerierService/SelectMergeStacktraces", Scope.Read),
        ("POST", "/querier.v1.QuerierService/SelectMergeProfile", Scope.Read),
        ("POST", "/querier.v1.QuerierService/SelectSeries", Scope.Read),
        ("POST", "/querier.v1.QuerierService/GetProfileStats", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/ProfileTypes", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/LabelNames", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/LabelValues", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/Series", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/SelectMergeStacktraces", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/SelectMergeProfile", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/SelectSeries", Scope.Read),
        ("POST", "/v1/profiles/flamegraph/querier.v1.QuerierService/GetProfileStats", Scope.Read),
        ("POST", "/api/v1/tasks", Scope.Profile),
        ("GET", "/api/v1/tasks", Scope.Profile),
        ("GET", "/api/v1/tasks/{id}", Scope.Profile),
        ("GET", "/api/v1/tasks/{id}/events", Scope.Profile),
        ("GET", "/api/v1/tasks/{id}/profile", Scope.Profile),
        ("GET", "/api/v1/profilers", Scope.Profile),
        ("DELETE", "/api/v1/tasks/{id}", Scope.Profile),
        ("GET", "/tracers", Scope.Read),
        ("PUT", "/tracers/{name}/start", Scope.Control),
        ("PUT", "/tracers/{name}/stop", Scope.Control),
        ("GET", "/containers/json", Scope.Read),
        ("POST", "/v1/events/watch", Scope.Read),
        ("PUT", "/config", Scope.Control),
        ("POST", "/tasks", Scope.Profile),
        ("GET", "/tasks", Scope.Profile),
        ("GET", "/tasks/{id}", Scope.Profile),
        ("DELETE", "/tasks/{id}", Scope.Profile),
    ];

    [Fact]
    public async Task Every_route_is_in_the_matrix()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal(Routes.Select(route => $"{route.Method} {route.Path} {route.Scope}").Order(), stand.Server.Routes.Select(route => $"{route.Method} {route.Path} {route.Scope}").Order());
    }

    [Fact]
    public async Task Each_scope_opens_its_own_routes_and_no_other()
    {
        var time = new FakeTimeProvider();
        await using ApiStand stand = await ApiStand.StartAsync(time: time);
        string document = Assert.Single(await stand.StoreAsync(1));
        (string? Token, Scope Scopes)[] callers =
        [
            (null, Scope.None), ("huatuo_nonsense", Scope.None), .. new[] { Scope.Read, Scope.Control, Scope.Profile, Scope.Read | Scope.Control | Scope.Profile }.Select(scopes => ((string?)stand.Token(scopes), scopes)),
        ];
        foreach ((string? token, Scope scopes) in callers)
        {
            foreach ((string method, string template, Scope scope) in Routes)
            {
                // So that those without a token are not too many.
                time.Advance(TimeSpan.FromMilliseconds(100));
                string path = template.Replace("{id}", ApiStand.Id(document)).Replace("{name}", "runs");
                // A stream has no end; its head, or a filter that is none, tells as much.
                using HttpResponseMessage answer = await stand.SendAsync(template.EndsWith("stream") ? "HEAD" : method, path, token);
                int expected = scope == Scope.None ? 0 : scopes == Scope.None ? 401 : scopes.HasFlag(scope) ? 0 : 403;
                // What may pass may still fail: there is no body and no task here, and a tracer runs already.
                bool isGood = expected == 0 ? (int)answer.StatusCode is < 300 or 400 or 404 or 409 : (int)answer.StatusCode == expected;
                Assert.True(isGood, $"{method} {path} with {scopes}: {answer.StatusCode}");
                Assert.Equal(expected == 401, answer.Headers.WwwAuthenticate.Count > 0);
            }
        }
        Assert.Empty(stand.Failures);
    }

    [Theory]
    [InlineData(null, 401, "token_missing")]
    [InlineData("", 401, "token_missing")]
    [InlineData("Bearer", 401, "token_invalid")]
    [InlineData("Bearer huatuo_x", 401, "token_invalid")]
    [InlineData("Basic cm9vdDpyb290", 401, "token_invalid")]
    public async Task What_is_no_token_is_told(string? authorization, int status, string code)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/tracers");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage answer = await stand.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        JsonElement error = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error");
        Assert.Equal(["code", "message", "hint"], error.EnumerateObject().Select(field => field.Name));
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEqual("", error.GetProperty("hint").GetString());
    }

    [Fact]
    public async Task A_token_is_known_when_it_is_made_and_unknown_when_it_is_revoked()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        await stand.GetAsync("/api/v1/tracers");
        string other = stand.Token(Scope.Read | Scope.Profile);
        using (HttpResponseMessage known = await stand.SendAsync("GET", "/api/v1/tracers", other))
            Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        stand.Tokens.Change(tokens => [.. tokens.Where(token => token.Scopes == Scope.Read)]);
        using (HttpResponseMessage revoked = await stand.SendAsync("GET", "/api/v1/tracers", other))
            Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
        await stand.GetAsync("/api/v1/tracers");
        Assert.Equal(["the token for-read (read) was made", "the token for-read-profile (read, profile) was made", "the token for-read-profile (read, profile) was revoked"], stand.TokenAudit);
    }

    [Fact]
    public async Task A_file_of_tokens_that_others_can_write_is_not_believed()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string token = stand.Token(Scope.Read);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(stand.Tokens.Path));
        Assert.DoesNotContain(token[Token.Prefix.Length..], File.ReadAllText(stand.Tokens.Path), StringComparison.Ordinal);
        File.SetUnixFileMode(stand.Tokens.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        using (HttpResponseMessage refused = await stand.SendAsync("GET", "/api/v1/tracers", token))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal($"{stand.Tokens.Path} can be written by others than its owner; correct it with chmod 0600, and look at what is in it", Assert.Single(stand.Warnings));
        File.WriteAllText(stand.Tokens.Path, "{\"version\":1,\"tokens\":[{}]}");
        File.SetUnixFileMode(stand.Tokens.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (HttpResponseMessage refused = await stand.SendAsync("GET", "/api/v1/tracers", token))
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.StartsWith($"{stand.Tokens.Path} is not a file of tokens: ", stand.Warnings.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_needs_no_token_on_the_Unix_socket()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        using HttpClient root = stand.Root();
        using HttpResponseMessage read = await root.GetAsync("/api/v1/tracers", TestContext.Current.CancellationToken);
        using HttpResponseMessage control = await root.PostAsync("/api/v1/tracers/off/start", null, TestContext.Current.CancellationToken);
        HttpStatusCode expected = Environment.UserName == "root" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;
        Assert.Equal((expected, expected), (read.StatusCode, control.StatusCode));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(stand.Options.Socket));
        if (expected == HttpStatusCode.OK)
            Assert.Equal("root started the tracer off", Assert.Single(stand.Audit));
    }

    [Fact]
    public async Task The_API_is_not_on_addresses_where_others_can_listen_in()
    {
        IPAddress own = OwnAddress();
        await using ApiStand stand = await ApiStand.StartAsync(address: own);
        JsonElement refused = await stand.GetAsync("/api/v1/tracers", 403);
        Assert.Equal("insecure", refused.GetProperty("error").GetProperty("code").GetString());
        using HttpResponseMessage open = await stand.SendAsync("GET", "/metrics", null);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task The_API_is_on_every_address_that_speaks_TLS()
    {
        IPAddress own = OwnAddress();
        string folder = Directory.CreateTempSubdirectory("huatuo-tls-").FullName;
        using var authority = new TestAuthority("servers");
        (string certificate, string key) = authority.Server();
        string path = Path.Combine(folder, "server.pem");
        await File.WriteAllTextAsync(path, certificate + "\n" + key, TestContext.Current.CancellationToken);
        await using (ApiStand stand = await ApiStand.StartAsync(address: own, tls: new TlsOptions { Certificate = path }))
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = authority.Trust(), TargetHost = "localhost" } });
            client.DefaultRequestHeaders.Host = "localhost";
            async Task<HttpStatusCode> AskAsync(string? token)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{stand.Server.Endpoint}/api/v1/tracers");
                if (token is not null)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                return answer.StatusCode;
            }
            Assert.Equal(HttpStatusCode.OK, await AskAsync(stand.Token(Scope.Read)));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(null));
            Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(stand.Token(Scope.Profile)));
            // In the clear nothing is said on this address, not even a refusal.
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => stand.SendAsync("GET", "/api/v1/tracers", stand.Token(Scope.Read)));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task More_requests_than_allowed_are_told_to_wait_and_others_are_not()
    {
        var time = new FakeTimeProvider();
        await using ApiStand stand = await ApiStand.StartAsync(new ApiOptions { RequestsPerSecond = 3 }, time);
        string token = stand.Token(Scope.Read);
        string other = stand.Token(Scope.Read | Scope.Control);
        for (int i = 0; i < 6; i++)
            await stand.GetAsync("/api/v1/health");
        using (HttpResponseMessage refused = await stand.SendAsync("GET", "/api/v1/health", token))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal("1", Assert.Single(refused.Headers.GetValues("Retry-After")));
            Assert.Equal(
                """{"error":{"code":"too_many_requests","message":"these are more requests a second than are answered","hint":"try again after the seconds in Retry-After"}}""",
                await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        using (HttpResponseMessage others = await stand.SendAsync("GET", "/api/v1/health", other))
            Assert.Equal(HttpStatusCode.OK, others.StatusCode);
        time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
            await stand.GetAsync("/api/v1/health");
        await stand.GetAsync("/api/v1/health", 429);
        stand.Options.RequestsPerSecond = 5;
        time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 5; i++)
            await stand.GetAsync("/api/v1/health");
        await stand.GetAsync("/api/v1/health", 429);

        for (int i = 0; i < 2 * Gate.StrangersPerSecond; i++)
            using (HttpResponseMessage stranger = await stand.SendAsync("GET", "/api/v1/health", "huatuo_nonsense"))
                Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using (HttpResponseMessage stranger = await stand.SendAsync("GET", "/api/v1/health", null))
            Assert.Equal(HttpStatusCode.TooManyRequests, stranger.StatusCode);
        using (HttpResponseMessage open = await stand.SendAsync("GET", "/healthz", null))
            Assert.Equal(HttpStatusCode.NoContent, open.StatusCode);
    }

    // A connection to it goes over loopback, and its address is not of it.
    private static IPAddress OwnAddress()
    {
        IPAddress? own = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        if (own is null)
            Assert.Skip("this machine lacks an address beside loopback");
        return own;
    }
}
