using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>The places that documents go to.</summary>
internal sealed class StoreOptions
{
    public static OptionSchema<StoreOptions> Schema { get; } = new OptionSchema<StoreOptions>("store")
        .AddSection(LocalStoreOptions.Schema, o => o.Local)
        .AddSection(SqliteStoreOptions.Schema, o => o.Sqlite)
        .AddSection(ElasticsearchStoreOptions.Schema, o => o.Elasticsearch)
        .AddSection(OtlpStoreOptions.Schema, o => o.Otlp);

    public LocalStoreOptions Local { get; } = new();

    public SqliteStoreOptions Sqlite { get; } = new();

    public ElasticsearchStoreOptions Elasticsearch { get; } = new();

    public OtlpStoreOptions Otlp { get; } = new();

    /// <summary>What is wrong with the sinks that have a server, by key.</summary>
    /// <param name="environment">The environment; null for one that is not that of whoever sends.</param>
    public IEnumerable<(string Key, string Message)> Faults(Func<string, string?>? environment) =>
        Elasticsearch.Faults(environment).Concat(Otlp.Faults(environment));
}
