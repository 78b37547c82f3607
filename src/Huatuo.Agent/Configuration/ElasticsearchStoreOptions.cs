using Huatuo.Flow.Options;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.Remote;

namespace Huatuo.Agent.Configuration;

/// <summary>Elasticsearch or OpenSearch.</summary>
internal sealed class ElasticsearchStoreOptions : RemoteStoreOptions
{
    public static OptionSchema<ElasticsearchStoreOptions> Schema { get; } = AddShared(
        new OptionSchema<ElasticsearchStoreOptions>("elasticsearch")
            .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
                "Whether events are sent to Elasticsearch or OpenSearch.")
            .Add("addresses", OptionTypes.List(OptionTypes.Text), o => o.Addresses, (o, v) => o.Addresses = v,
                "The servers, each as `http://HOST:PORT` or `https://HOST:PORT`; they are asked in turn.", KeyChange.File)
            .Add("index", OptionTypes.Text, o => o.Index, (o, v) => o.Index = v,
                "The index or data stream; `{yyyy.MM.dd}` in it stands for the time of the event itself.")
            .Add("data_stream", OptionTypes.Boolean, o => o.DataStream, (o, v) => o.DataStream = v,
                "Whether the index is a data stream, for `huatuo store install-template`.")
            .Add("api_key_file", OptionTypes.Text, o => o.ApiKeyFile, (o, v) => o.ApiKeyFile = v,
                "A file with an API key, encoded or as `id:key`, read anew for each request; empty = HUATUO_ELASTICSEARCH_API_KEY of the environment.", KeyChange.File),
        "HUATUO_ELASTICSEARCH");

    public IReadOnlyList<string> Addresses { get; set; } = ["http://127.0.0.1:9200"];

    public string Index { get; set; } = "huatuo_bamai";

    public bool DataStream { get; set; }

    public string ApiKeyFile { get; set; } = "";

    /// <inheritdoc/>
    protected override string Section => "elasticsearch";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Urls => Addresses;

    /// <inheritdoc/>
    protected override string UrlKey => "addresses";

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Message)> Faults(Func<string, string?>? environment)
    {
        foreach ((string Key, string Message) fault in base.Faults(environment))
            yield return fault;
        if (!Enabled)
            yield break;
        IndexName? name = IndexName.Parse(Index, out string? wrong);
        if (wrong is not null)
            yield return ("store.elasticsearch.index", wrong);
        else if (DataStream && name!.IsDated)
            yield return ("store.elasticsearch.index", $"'{Index}': a data stream has one name, without a time");
    }

    /// <inheritdoc/>
    protected override IEnumerable<Secret> Secrets(Func<string, string?> environment) =>
        Find(CredentialKind.ApiKey, ApiKeyFile, "API_KEY", environment) is { } key
            ? base.Secrets(environment).Append(key)
            : base.Secrets(environment);
}
