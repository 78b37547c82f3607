using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Remote;
using Huatuo.Store.Tests.Spool;

namespace Huatuo.Store.Tests.Elasticsearch;

public sealed class AccessTests : IDisposable
{
    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();

    private string Secret => Path.Combine(_folder.Path, "secret");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Basic", "pass word\n", "Basic aHVhdHVvOnBhc3Mgd29yZA==")]
    [InlineData("ApiKey", "VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==\r\n", "ApiKey VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==")]
    [InlineData("ApiKey", "id:key", "ApiKey aWQ6a2V5")]
    [InlineData("Bearer", "token", "Bearer token")]
    public async Task The_secret_is_read_from_a_file_and_shown_to_the_server(string kind, string secret, string header)
    {
        await File.WriteAllTextAsync(Secret, secret, TestContext.Current.CancellationToken);
        await using var server = new BulkServer();
        List<string> shown = [];
        server.Instead = request =>
        {
            shown.Add(request.Headers["authorization"]);
            return null;
        };
        await using ElasticsearchStand stand = Stand(server, new RemoteCredentials { Kind = Enum.Parse<CredentialKind>(kind), User = "huatuo", File = Secret });
        stand.Accept("oom", Numbered.Range(0, 0));
        await stand.DeliveredAsync();
        Assert.Equal([header], shown);
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_told_and_waited_for_and_never_in_the_log()
    {
        await using var server = new BulkServer();
        server.Instead = request => request.Headers["authorization"] == "Bearer right" ? null : new TestAnswer(401, "{}");
        await using ElasticsearchStand stand = Stand(server, new RemoteCredentials { Kind = CredentialKind.Bearer, File = Secret });
        stand.Accept("oom", Numbered.Range(0, 9));
        await stand.UntilAsync(() => stand.Sink.Failing, "it is not told");
        Assert.Contains($"Could not find file '{Secret}'", stand.Sink.LastError);
        Assert.Equal(0, server.Requests);
        await File.WriteAllTextAsync(Secret, "wrong\n", TestContext.Current.CancellationToken);
        await stand.UntilAsync(() => stand.Sink.LastError!.Contains("refuses the credentials (401)", StringComparison.Ordinal), "the refusal is not told");
        await File.WriteAllTextAsync(Secret, "right\nand more\n", TestContext.Current.CancellationToken);
        await stand.UntilAsync(() => stand.Sink.LastError!.Contains("does not hold a secret on one line", StringComparison.Ordinal), "the second line is not told");
        await File.WriteAllTextAsync(Secret, "right\n", TestContext.Current.CancellationToken);
        await stand.DeliveredAsync();
        Assert.DoesNotContain(stand.Log, line => line.Contains("wrong", StringComparison.Ordinal) || line.Contains("right", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_server_and_secret_hold_from_the_next_request_on_though_a_pause_was_under_way()
    {
        await using var other = new BulkServer();
        await using var first = new BulkServer();
        first.Instead = _ => new TestAnswer(503, "{}") { Headers = "Retry-After: 3600\r\n" };
        other.Instead = request => request.Headers["authorization"] == "Bearer right" ? null : new TestAnswer(401, "{}");
        var options = new RemoteSinkOptions { Addresses = [first.Address], SpoolDirectory = Path.Combine(_folder.Path, "spool"), Timeout = TimeSpan.FromHours(1) };
        await using var stand = new ElasticsearchStand(options);
        stand.Accept("oom", Numbered.Range(0, 9));
        await stand.UntilAsync(() => stand.Sink.Failing, "nothing is sent");
        stand.Sink.Change(options with { Addresses = [other.Address], Credentials = new RemoteCredentials { Kind = CredentialKind.Bearer, Secret = "wrong" } });
        await SinkStand.Until(() => stand.Sink.LastError!.Contains("refuses the credentials", StringComparison.Ordinal), "the other server is not asked");
        stand.Sink.Change(options with { Addresses = [other.Address], Compress = false, Credentials = new RemoteCredentials { Kind = CredentialKind.Bearer, Secret = "right" } });
        await SinkStand.Until(() => stand.Pending == 0, "documents stay pending");
        Assert.Equal(Numbered.Range(0, 9), other.Numbers.Order());
        Assert.Equal((0, 0, 10), (first.Documents.Count, other.Conflicts, stand.Ledger("oom").Stored));
        stand.AssertBalanced();
    }

    [Fact]
    public async Task A_certificate_of_the_own_authority_is_trusted_and_no_other_is()
    {
        using X509Certificate2 authority = Authority("CN=here");
        using X509Certificate2 other = Authority("CN=elsewhere");
        using X509Certificate2 certificate = Issue(authority, "localhost");
        string ca = Path.Combine(_folder.Path, "ca.pem");
        await File.WriteAllTextAsync(ca, other.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var server = new BulkServer(certificate: certificate);
        await using (var stand = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = Path.Combine(_folder.Path, "a"), CaFile = ca, Timeout = TimeSpan.FromHours(1) }))
        {
            stand.Accept("oom", Numbered.Range(0, 9));
            await stand.UntilAsync(() => stand.Sink.Failing, "a foreign certificate is trusted");
            Assert.Contains("The SSL connection could not be established", stand.Sink.LastError);
        }
        Assert.Equal(0, server.Requests);

        await File.WriteAllTextAsync(ca, other.ExportCertificatePem() + "\n" + authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var trusting = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = Path.Combine(_folder.Path, "b"), CaFile = ca, Timeout = TimeSpan.FromHours(1) });
        trusting.Accept("oom", Numbered.Range(0, 9));
        await trusting.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 9), server.Numbers.Order());
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        using X509Certificate2 authority = Authority("CN=here");
        using X509Certificate2 certificate = Issue(authority, "other.example");
        string ca = Path.Combine(_folder.Path, "ca.pem");
        await File.WriteAllTextAsync(ca, authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var server = new BulkServer(certificate: certificate);
        await using var stand = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = Path.Combine(_folder.Path, "a"), CaFile = ca, Timeout = TimeSpan.FromHours(1) });
        stand.Accept("oom", Numbered.Range(0, 9));
        await stand.UntilAsync(() => stand.Sink.Failing, "a wrong name is trusted");
        Assert.Equal(0, server.Requests);
    }

    [Theory]
    [InlineData("no certificate")]
    [InlineData(null)]
    public async Task An_authority_that_cannot_be_read_is_told(string? content)
    {
        string ca = Path.Combine(_folder.Path, "ca.pem");
        if (content is not null)
            await File.WriteAllTextAsync(ca, content, TestContext.Current.CancellationToken);
        await using var server = new BulkServer();
        await using var stand = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = Path.Combine(_folder.Path, "a"), CaFile = ca });
        stand.Accept("oom", Numbered.Range(0, 9));
        await stand.UntilAsync(() => stand.Sink.Failing, "it is not told");
        Assert.Contains(ca, stand.Sink.LastError);
        Assert.Equal(0, server.Requests);
    }

    private ElasticsearchStand Stand(BulkServer server, RemoteCredentials credentials) =>
        new(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = Path.Combine(_folder.Path, "spool"), Credentials = credentials, Timeout = TimeSpan.FromHours(1) });

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(authority, authority.NotBefore, authority.NotAfter, Encoding.ASCII.GetBytes(host)[..8]);
        return issued.CopyWithPrivateKey(key);
    }
}
