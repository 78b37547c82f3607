using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tracing;

/// <summary>
/// What a tracer is before it runs: its name, its options, and the hooks it can use. A folder below Huatuo.Tracers holds
/// one, an <see cref="EventTracerDefinition"/> or a <see cref="MetricTracerDefinition"/>; the catalogue is generated from
/// the folders.
/// </summary>
public abstract class TracerDefinition
{
    /// <summary>The one name: in the configuration, on the command line, in documents, labels and file names.</summary>
    public abstract string Name { get; }

    /// <summary>Other names that are understood where a name is put in; nothing is ever written under them.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>One sentence: what it catches.</summary>
    public abstract string Summary { get; }

    /// <summary>What it gives.</summary>
    public abstract TracerKind Kind { get; }

    /// <summary>Counters that user space keeps for it, over all its runs.</summary>
    public virtual IReadOnlyList<CounterFamily> Counters => [];

    /// <summary>Its keys below <c>tracers.NAME</c>.</summary>
    public abstract OptionSchema Options { get; }

    /// <summary>Its hooks, the best first.</summary>
    public abstract IReadOnlyList<HookRung> Ladder { get; }

    /// <summary>What it cannot tell on this machine though it runs.</summary>
    /// <param name="options">What <see cref="Options"/> bound.</param>
    /// <param name="procRoot">Where proc is mounted.</param>
    /// <returns>Null when nothing.</returns>
    public virtual Unsupported? LeavesOut(TracerOptions options, string procRoot) => null;

    /// <summary>Makes one run of the tracer.</summary>
    /// <param name="options">What <see cref="Options"/> bound.</param>
    /// <param name="services">What it may use.</param>
    public abstract ITracer Create(TracerOptions options, TracerServices services);
}

/// <summary>What a tracer gives.</summary>
public enum TracerKind
{
    /// <summary>A document for each event.</summary>
    Event,

    /// <summary>Metrics only.</summary>
    Metric,

    /// <summary>A document when a condition on metrics holds.</summary>
    AutoTracing,
}
