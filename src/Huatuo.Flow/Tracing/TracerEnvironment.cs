using Huatuo.Bpf.Rings;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Sinks;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Tracing;

/// <summary>What all runners share.</summary>
/// <param name="Pump">Reads all rings.</param>
/// <param name="Services">What tracers may use.</param>
/// <param name="Sinks">Where documents go.</param>
/// <param name="Origin">Where documents come from.</param>
/// <param name="Clock">The kernel's clock.</param>
/// <param name="Cpus">Which CPUs are online.</param>
/// <param name="Time">Time for back-off.</param>
/// <param name="Log">Where the agent says what happens to it.</param>
public sealed record TracerEnvironment(
    RingPump Pump,
    TracerServices Services,
    IReadOnlyList<IEventSink> Sinks,
    Origin Origin,
    KernelClock Clock,
    OnlineCpus Cpus,
    TimeProvider Time,
    AgentLog Log)
{
    /// <summary>Decodes for tracers that are slow.</summary>
    public required SlowLane Slow { get; init; }

    internal EventId Ids { get; } = new();
}
