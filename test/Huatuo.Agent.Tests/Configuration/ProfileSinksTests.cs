using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Options;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Remote;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary>Where profiles go, by the configuration.</summary>
public sealed class ProfileSinksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-profile-sinks").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{enabled: true}", "[otlp]", "", "otlp")]
    [InlineData("{enabled: true, profiles: true}", "[otlp]", "otlp_profiles", "")]
    [InlineData("{enabled: false, profiles: true}", "[otlp, local]", "otlp_profiles", "local")]
    [InlineData("{enabled: true, profiles: true}", "[sqlite]", "sqlite", "")]
    [InlineData("{enabled: true, profiles: true}", "[sqlite, otlp]", "sqlite otlp_profiles", "")]
    public async Task Profiles_are_sent_as_such_or_as_logs_and_not_both(string otlp, string sinks, string own, string others)
    {
        var diagnostics = new Diagnostics();
        AgentOptions options = Sample.Config($"data_dir: {_folder}\nstore: {{otlp: {otlp}, local: {{enabled: true}}, sqlite: {{enabled: false}}}}\nprofiling: {{enabled: true, sinks: {sinks}}}\n", diagnostics).Options;
        var stores = new EventStores(options, TimeProvider.System, _ => { });
        Assert.True(stores.NeedDataDirectory);
        IReadOnlyList<IEventSink> agent = stores.Open(), alone = stores.OpenProfiles();
        Assert.Equal(own, string.Join(' ', alone.Select(sink => sink.Name)));
        Assert.Equal(others, string.Join(' ', stores.OfProfiles(agent).Select(sink => sink.Name)));
        RemoteSinkOptions told = options.Store.Otlp.ToProfilesSinkOptions(_folder, _ => null);
        Assert.Equal((Path.Combine(_folder, "spool", "otlp_profiles"), "http://127.0.0.1:4318/v1development/profiles"), (told.SpoolDirectory, Assert.Single(told.Addresses).OriginalString));
        stores.Change([.. agent, .. alone], options.Store);
        foreach (IEventSink sink in agent.Concat(alone))
            await sink.DisposeAsync();
    }

    [Theory]
    [InlineData("{profiles: true, profiles_endpoint: nowhere}", "store.otlp.profiles_endpoint")]
    [InlineData("{profiles: true, username: u}", "store.otlp.username")]
    [InlineData("{profiles: false, profiles_endpoint: nowhere}", null)]
    [InlineData("{profiles: true}", null)]
    public void What_is_wrong_with_the_receiver_is_told(string otlp, string? key)
    {
        AgentOptions options = Sample.Config($"store: {{otlp: {otlp}}}\n", new Diagnostics()).Options;
        Assert.Equal(key, options.Store.Faults(_ => null).Select(fault => fault.Key).SingleOrDefault());
    }
}
