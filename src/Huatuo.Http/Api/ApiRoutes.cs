using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Api.Profiles;
using Huatuo.Http.Api.Streams;
using Huatuo.Http.Api.Tasks;
using Huatuo.Http.Api.Upstream;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api;

/// <summary>The API put together. Nothing but the file of tokens is opened or read before a request asks for it.</summary>
internal sealed class ApiRoutes : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly StreamCounts _streams = new();
    private readonly SearchLane _searches;
    private readonly SearchLane _profiles;
    private readonly TaskBoard _tasks;
    private readonly TokenKeeper _tokens;

    /// <param name="sources">What it shows and steers.</param>
    /// <param name="readiness">What <c>/readyz</c> answers.</param>
    /// <param name="time">Time.</param>
    public ApiRoutes(ApiSources sources, IReadiness readiness, TimeProvider time)
    {
        TracerNames names = TracerNames.Of([.. sources.Runners.Select(runner => runner.Definition)]);
        var parameters = new EventParameters(names, time);
        _searches = new SearchLane(sources.EventStore, time);
        _profiles = new SearchLane(sources.ProfileStore, time, ProfileSearch.SwitchedOff);
        var profiles = new ProfileSearch(_profiles, time);
        var feed = new EventFeed(sources, _streams, time, _stopping.Token);
        var changes = new OptionChanges(sources);
        var tracers = new TracersResource(sources, names, changes, time);
        _tasks = new TaskBoard(new TaskFolder(sources.DataDir.Length > 0 ? Path.Combine(sources.DataDir, "tasks") : "", sources.Warn), time);
        var tasks = new TaskRequests(_tasks, sources, names, new ProfileRequests(sources, time), time);
        IResource[] resources =
        [
            new EventsResource(_searches, parameters, time),
            new StreamResource(feed, parameters),
            new ProfilesResource(profiles, time),
            new QuerierResource(profiles, time),
            tracers,
            new TasksResource(_tasks, tasks),
            new ContainersResource(sources.Containers),
            new ConfigResource(sources, changes),
            new StatusResource(sources, readiness),
            new DescriptionResource(),
            new UpstreamResource(sources, tracers, time),
            new WatchResource(feed),
            new UpstreamConfigResource(changes, names),
            new UpstreamTasksResource(_tasks, tasks),
        ];
        Routes = [.. resources.SelectMany(resource => resource.Routes)];
        _tokens = new TokenKeeper(new TokenFile(sources.DataDir), () => sources.Options().RequestsPerSecond, time, sources.Warn, sources.Audit);
        Gate = new Gate(_tokens, time);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Who may.</summary>
    public Gate Gate { get; }

    /// <summary>What is told of the streams.</summary>
    public IMetricSource Metrics => _streams;

    /// <summary>Before the first request.</summary>
    public void Begin() => _tokens.Begin();

    /// <summary>Ends the streams.</summary>
    public void Stop() => _stopping.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tasks.DisposeAsync().ConfigureAwait(false);
        _searches.Dispose();
        _profiles.Dispose();
        _stopping.Dispose();
    }
}
