using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api;

/// <summary>The API put together. Nothing is opened or read before a request asks for it.</summary>
internal sealed class ApiRoutes : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly StreamCounts _streams = new();
    private readonly SearchLane _searches;

    /// <param name="sources">What it shows and steers.</param>
    /// <param name="readiness">What <c>/readyz</c> answers.</param>
    /// <param name="time">Time.</param>
    public ApiRoutes(ApiSources sources, IReadiness readiness, TimeProvider time)
    {
        TracerNames names = TracerNames.Of([.. sources.Runners.Select(runner => runner.Definition)]);
        var parameters = new EventParameters(names, time);
        _searches = new SearchLane(sources.EventStore, time);
        IResource[] resources =
        [
            new EventsResource(_searches, parameters, time),
            new StreamResource(sources, parameters, _streams, time, _stopping.Token),
            new TracersResource(sources, names, time),
            new ContainersResource(sources.Containers),
            new ConfigResource(sources),
            new StatusResource(sources, readiness),
            new DescriptionResource(),
        ];
        Routes = [.. resources.SelectMany(resource => resource.Routes)];
        Gate = new Gate(new TokenKeeper(new TokenFile(sources.DataDir), sources.Options.RequestsPerSecond, time, sources.Warn), time);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Who may.</summary>
    public Gate Gate { get; }

    /// <summary>What is told of the streams.</summary>
    public IMetricSource Metrics => _streams;

    /// <summary>Ends the streams.</summary>
    public void Stop() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _searches.Dispose();
        _stopping.Dispose();
    }
}
