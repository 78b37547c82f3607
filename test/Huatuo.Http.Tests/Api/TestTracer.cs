using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Http.Tests.Api;

/// <summary>A tracer of events without a program, that does as a test says.</summary>
/// <param name="name">Its name.</param>
internal sealed class TestTracer(string name) : EventTracerDefinition
{
    /// <summary>What the machine lacks for it.</summary>
    public Unsupported? Missing { get; set; }

    /// <summary>What its runs fail with.</summary>
    public string? Fault { get; set; }

    public override string Name => name;

    public override IReadOnlyList<string> Aliases => [name + "_alias"];

    public override string Summary => $"What {name} tells.";

    public override OptionSchema Options { get; } = EventTracerOptions.Schema<EventTracerOptions>(name);

    public override IReadOnlyList<HookRung> Ladder => [HookRung.User("test", _ => Missing)];

    public override ITracer Create(TracerOptions options, TracerServices services) => new Run(this);

    public override string FormatText(JsonElement document) => document.GetRawText();

    private sealed class Run(TestTracer tracer) : ISourceTracer
    {
        public async Task RunAsync(SourceTracerRun run, CancellationToken stop)
        {
            if (tracer.Fault is { } fault)
                throw new IOException(fault);
            run.Ready();
            run.Take(wanted: false);
            await Task.Delay(Timeout.Infinite, stop);
        }
    }
}
