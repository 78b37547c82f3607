using System.Globalization;
using System.Text;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Options;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Remote;
using Huatuo.Store.Search;
using Microsoft.Extensions.Time.Testing;

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

    [Fact]
    public async Task Bounds_of_the_event_store_are_not_those_of_the_profile_store()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        AgentOptions options = Sample.Good($"data_dir: {_folder}\nstore: {{local: {{enabled: false}}}}\nprofiling: {{enabled: true}}\n").Options;
        var stores = new EventStores(options, time, _ => { });
        IReadOnlyList<IEventSink> sinks = [.. stores.Open(), .. stores.OpenProfiles()];
        (IEventChannel Channel, SinkLedger Ledger)[] all = [.. sinks.Select(sink => new SinkLedger(sink.Name)).Zip(sinks, (ledger, sink) => (sink.Open("t", ledger), ledger))];
        string[] files = [stores.Searchable!, stores.Profiles!];
        await StoreAsync();
        time.Advance(TimeSpan.FromMinutes(10));
        stores.Change(sinks, Sample.Good("store: {sqlite: {max_age: 1m}}").Options.Store);
        await StoreAsync();
        await UntilAsync(() => Count(files[0]) == 1);
        foreach (IEventSink sink in sinks)
            await sink.DisposeAsync();
        Assert.Equal([1, 2], files.Select(Count));

        async Task StoreAsync()
        {
            string now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            byte[] document = Encoding.UTF8.GetBytes($$$"""{"id":"{{{Guid.CreateVersion7(time.GetUtcNow())}}}","observed_timestamp":"{{{now}}}","tracer_name":"t","tracer_data":{}}""");
            foreach ((IEventChannel channel, _) in all)
                channel.Accept(document);
            await UntilAsync(() => all.All(each => each.Ledger.Pending == 0));
        }
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

    private static int Count(string path)
    {
        using EventReader reader = EventReader.Open(path);
        int count = 0;
        reader.Search(new EventQuery(), after: 0, _ => count++);
        return count;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(2, TestContext.Current.CancellationToken);
    }
}
