using Huatuo.Flow.Containers;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Api.Tasks;

namespace Huatuo.Http.Api;

/// <summary>What the API shows and steers.</summary>
public sealed record ApiSources
{
    /// <summary>Its options; the limits are asked for each time, the socket once.</summary>
    public required Func<ApiOptions> Options { get; init; }

    /// <summary>The folder of the tokens.</summary>
    public required string DataDir { get; init; }

    /// <summary>The event store; null when it is switched off.</summary>
    public required string? EventStore { get; init; }

    /// <summary>The profile store; null when no profiles are taken all the time.</summary>
    public string? ProfileStore { get; init; }

    /// <summary>All tracers, those that do not run included.</summary>
    public required IReadOnlyList<TracerRunner> Runners { get; init; }

    /// <summary>Starts a tracer that does not run; false when its state does not allow it.</summary>
    public required Func<TracerRunner, Task<bool>> StartAgain { get; init; }

    /// <summary>Starts a run of a tracer beside that of the agent, with options and a sink of its own; disposed of by who asked.</summary>
    public required Func<EventTracerDefinition, EventTracerOptions, IEventSink, Task<TracerRunner>> StartTask { get; init; }

    /// <summary>Runs profilers; null where none can run.</summary>
    internal IProfileHost? Profiles { get; init; }

    /// <summary>The containers.</summary>
    public required ContainerRegistry Containers { get; init; }

    /// <summary>The configuration that holds, without the rules.</summary>
    public required Func<IEnumerable<EffectiveOption>> Configuration { get; init; }

    /// <summary>The same with the rules, as a tree; secrets are hidden.</summary>
    public required Func<ConfigNode> ConfigurationTree { get; init; }

    /// <summary>
    /// Changes the configuration for who asks, and keeps that for the next start; all of it, or nothing. Gives why it was not changed; null
    /// when all is done.
    /// </summary>
    public required Func<string, IReadOnlyList<OptionChange>, Task<OptionRefusal?>> ChangeOptions { get; init; }

    /// <summary>How another value of a key comes to hold; null when there is no such key.</summary>
    public required Func<string, KeyChange?> ChangeOf { get; init; }

    /// <summary>Keys whose values hold when the agent is started again.</summary>
    public required Func<IReadOnlyList<string>> AwaitsRestart { get; init; }

    /// <summary>Reads the configuration again for who asks.</summary>
    public required Func<string, Task<ReloadOutcome>> Reload { get; init; }

    /// <summary>The rules that hold.</summary>
    public required Func<IReadOnlyList<ConfiguredRule>> Rules { get; init; }

    /// <summary>Told, in a sentence, of every change that somebody asked for.</summary>
    public required Action<string> Audit { get; init; }

    /// <summary>Told what goes wrong.</summary>
    public required Action<string> Warn { get; init; }
}
