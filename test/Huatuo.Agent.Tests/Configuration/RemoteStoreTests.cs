using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;
using Huatuo.Store.Remote;

namespace Huatuo.Agent.Tests.Configuration;

public sealed class RemoteStoreTests
{
    [Fact]
    public void What_is_switched_off_is_not_looked_at() => Assert.Empty(Faults("addresses: [nonsense]\nindex: NOT"));

    [Theory]
    [InlineData("addresses: []", "store.elasticsearch.addresses: there is none; write it as http://HOST:PORT")]
    [InlineData("addresses: [localhost:9200]", "store.elasticsearch.addresses: 'localhost:9200' is not a URL of http or https; write it as http://HOST:PORT")]
    [InlineData("addresses: ['https://user:secret@es:9200']", "store.elasticsearch.addresses: a URL here has no user and password; use username and password_file")]
    [InlineData("username: elastic", "store.elasticsearch.username: has no password; name a password_file, or set HUATUO_ELASTICSEARCH_PASSWORD in the environment")]
    [InlineData("password_file: /p", "store.elasticsearch.username: is missing for the password")]
    [InlineData("{api_key_file: /k, bearer_token_file: /b}", "store.elasticsearch: choose one of ApiKey and Bearer authentication")]
    [InlineData("index: Huatuo", "store.elasticsearch.index: 'Huatuo' is not the name of an index: small letters, digits, '-', '_' and '.', such as huatuo_bamai or huatuo-{yyyy.MM.dd}")]
    [InlineData("{index: 'huatuo-{yyyy}', data_stream: true}", "store.elasticsearch.index: 'huatuo-{yyyy}': a data stream has one name, without a time")]
    public void What_is_wrong_is_told_by_key(string yaml, string told) => Assert.Equal([told], Faults(yaml, enabled: true));

    [Theory]
    [InlineData("username: elastic", null)]
    [InlineData("{username: elastic, bearer_token_file: /b}", "store.elasticsearch.username: has no password; name a password_file, or set HUATUO_ELASTICSEARCH_PASSWORD in the environment")]
    [InlineData("password_file: /p", "store.elasticsearch.username: is missing for the password")]
    [InlineData("{api_key_file: /k, bearer_token_file: /b}", "store.elasticsearch: choose one of ApiKey and Bearer authentication")]
    public void What_sends_nothing_asks_for_no_secret_of_the_environment(string yaml, string? told)
    {
        ElasticsearchStoreOptions options = Bind(yaml);
        options.Enabled = true;
        Assert.Equal(told, options.Faults(null).Select(fault => $"{fault.Key}: {fault.Message}").SingleOrDefault());
    }

    [Fact]
    public void A_secret_comes_from_a_file_or_from_the_environment()
    {
        RemoteCredentials file = Bind("{username: elastic, password_file: /p}").ToSinkOptions("/d", _ => "of the environment").Credentials;
        Assert.Equal((CredentialKind.Basic, "elastic", "/p", ""), (file.Kind, file.User, file.File, file.Secret));
        RemoteCredentials key = Bind("{}").ToSinkOptions("/d", name => name == "HUATUO_ELASTICSEARCH_API_KEY" ? "k" : null).Credentials;
        Assert.Equal((CredentialKind.ApiKey, "", "", "k"), (key.Kind, key.User, key.File, key.Secret));
        Assert.Equal(CredentialKind.None, Bind("{}").ToSinkOptions("/d", _ => null).Credentials.Kind);
    }

    [Fact]
    public void Every_key_reaches_the_sink()
    {
        RemoteSinkOptions sink = Bind(
            "{addresses: ['https://a:1', 'http://b:2/es'], ca_file: /ca, compress: false, batch_bytes: 5KiB, batch_events: 7, batch_interval: 2s, timeout: 3s, spool_size: 2MiB, queue_bytes: 65KiB}")
            .ToSinkOptions("/d", _ => null);
        Assert.Equal(["https://a:1", "http://b:2/es"], sink.Addresses.Select(address => address.OriginalString));
        Assert.Equal(("/d/spool/elasticsearch", "/ca", false, 5 << 10, 7), (sink.SpoolDirectory, sink.CaFile, sink.Compress, sink.BatchBytes, sink.BatchEvents));
        Assert.Equal((2.0, 3.0, 2L << 20, 65L << 10), (sink.BatchInterval.TotalSeconds, sink.Timeout.TotalSeconds, sink.SpoolBytes, sink.QueueBytes));
    }

    private static IEnumerable<string> Faults(string yaml, bool enabled = false)
    {
        ElasticsearchStoreOptions options = Bind(yaml);
        options.Enabled = enabled;
        return options.Faults(_ => null).Select(fault => $"{fault.Key}: {fault.Message}");
    }

    private static ElasticsearchStoreOptions Bind(string yaml)
    {
        var diagnostics = new Diagnostics();
        ConfigNode? node = ConfigFile.Parse(System.Text.Encoding.UTF8.GetBytes(yaml), "test", diagnostics);
        ElasticsearchStoreOptions options = ElasticsearchStoreOptions.Schema.Bind(node, diagnostics);
        Assert.False(diagnostics.HasErrors, string.Join('\n', diagnostics.Errors));
        return options;
    }
}
