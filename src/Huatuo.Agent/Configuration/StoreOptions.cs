using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>The places that documents go to.</summary>
internal sealed class StoreOptions
{
    public static OptionSchema<StoreOptions> Schema { get; } = new OptionSchema<StoreOptions>("store")
        .AddSection(LocalStoreOptions.Schema, o => o.Local)
        .AddSection(SqliteStoreOptions.Schema, o => o.Sqlite);

    public LocalStoreOptions Local { get; } = new();

    public SqliteStoreOptions Sqlite { get; } = new();
}
