using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;

namespace Huatuo.AutoTracing.Tests;

/// <summary>A flame graph that is always the same, and what was asked for.</summary>
internal sealed class StubFlames : IFlameSource
{
    internal const string Json = """
        "flamedata":[{"level":0,"value":3,"self":0,"label":"all"},{"level":1,"value":3,"self":3,"label":"dd"}],"capture":{"duration_ns":10000000000,"samples":3,"lost":0,"omitted":0}
        """;

    internal ProfileTarget? Target { get; private set; }

    internal string? Error { get; set; }

    /// <summary>What it fails with.</summary>
    internal Exception? Fault { get; set; }

    /// <summary>Completes before a picture is taken.</summary>
    internal Task Ready { get; set; } = Task.CompletedTask;

    public Task<FlameData> TakeAsync(ProfilerDefinition profiler, ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop, ProfileUnit? unit) =>
        TakeAsync(target, duration, services, stop);

    public async Task<FlameData> TakeAsync(ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop)
    {
        Target = target;
        await Ready;
        if (Fault is { } fault)
            throw fault;
        return new FlameData
        {
            Rows = [new FlameRow(0, 3, 0, "all"u8.ToArray()), new FlameRow(1, 3, 3, "dd"u8.ToArray())],
            Samples = 3,
            Duration = duration,
            Error = Error,
        };
    }
}
