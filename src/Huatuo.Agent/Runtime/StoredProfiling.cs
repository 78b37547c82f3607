using Huatuo.Agent.Configuration;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Profiling;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Agent.Runtime;

/// <summary>Continuous profiling with the sinks that its profiles go to.</summary>
internal sealed class StoredProfiling : IAsyncDisposable
{
    private readonly ContinuousProfiling _profiling;
    private readonly ProfileDocuments _documents;

    private StoredProfiling(IReadOnlyList<IEventSink> own, ContinuousProfiling profiling, ProfileDocuments documents, TracerLedger ledger) =>
        (Own, _profiling, _documents, Ledger) = (own, profiling, documents, ledger);

    /// <summary>The sinks that are for profiles alone.</summary>
    internal IReadOnlyList<IEventSink> Own { get; }

    /// <summary>Where the profiles went.</summary>
    internal TracerLedger Ledger { get; }

    /// <summary>What is told of it.</summary>
    internal IMetricSource Metrics => _profiling.Metrics;

    /// <summary>Makes it; null when it is switched off.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="stores">Opens the sinks that are for profiles alone.</param>
    /// <param name="sinks">The agent's own, which outlive this.</param>
    /// <param name="containers">Whose samples are whose.</param>
    /// <param name="symbols">The kernel's symbols.</param>
    /// <param name="time">Time.</param>
    /// <param name="warn">Told what goes wrong.</param>
    internal static StoredProfiling? Make(AgentOptions options, EventStores stores, IReadOnlyList<IEventSink> sinks, ContainerRegistry containers, SymbolSource symbols, TimeProvider time, Action<string> warn)
    {
        if (!options.Profiling.Enabled)
            return null;
        IReadOnlyList<IEventSink> own = stores.OpenProfiles();
        IEventSink[] all = [.. own, .. stores.OfProfiles(sinks)];
        var clock = new KernelClock();
        var output = new DocumentOutput(ProfileDocuments.Name, ProfileDocuments.Type, new Origin(Environment.MachineName, options.Region), clock, all);
        var documents = new ProfileDocuments(output, clock, time);
        return new StoredProfiling(own, new ContinuousProfiling(options.Profiling, documents, id => containers.Find(id)?.Container, symbols, time, warn), documents, output.Ledger);
    }

    /// <summary>Begins to sample.</summary>
    internal void Begin() => _profiling.Begin();

    /// <summary>Stores the profile that a task took; before this is disposed of.</summary>
    internal void Keep(Profile profile, string profiler, string task, Container? container) => _documents.Emit(profiler, container, profile, task);

    public async ValueTask DisposeAsync()
    {
        _profiling.Dispose();
        foreach (IEventSink sink in Own)
            await sink.DisposeAsync().ConfigureAwait(false);
    }
}
