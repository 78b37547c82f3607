using System.Text.Json;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
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

    /// <summary>How many events each run tells at once.</summary>
    public int Events { get; set; }

    /// <summary>The options of the last run.</summary>
    public EventTracerOptions? LastOptions { get; private set; }

    public override string Name => name;

    public override IReadOnlyList<string> Aliases => [name + "_alias"];

    public override string Summary => $"What {name} tells.";

    public override OptionSchema Options { get; } = EventTracerOptions.Schema<TestOptions>(name)
        .Add("ports", OptionTypes.List(OptionTypes.Port), o => o.Ports, (o, v) => o.Ports = v, "Ports.");

    public override IReadOnlyList<HookRung> Ladder => [HookRung.User("test", _ => Missing)];

    public override ITracer Create(TracerOptions options, TracerServices services)
    {
        LastOptions = (EventTracerOptions)options;
        return new Run(this);
    }

    public override string FormatText(JsonElement document) => document.GetRawText();

    /// <summary>Its options.</summary>
    public sealed class TestOptions : EventTracerOptions
    {
        /// <summary>Some ports.</summary>
        public IReadOnlyList<ushort> Ports { get; set; } = [];
    }

    private readonly struct Event(int number) : IEventFields
    {
        public void Write<TWriter>(ref TWriter writer)
            where TWriter : IFieldWriter, allows ref struct => writer.Number("n"u8, number);
    }

    private sealed class Run(TestTracer tracer) : ISourceTracer
    {
        public async Task RunAsync(SourceTracerRun run, CancellationToken stop)
        {
            if (tracer.Fault is { } fault)
                throw new IOException(fault);
            run.Ready();
            run.Take(wanted: false);
            for (int i = 0; i < tracer.Events; i++)
            {
                if (run.Take(wanted: true))
                    run.Output.Emit(run.MonotonicNow, null, StackText.None, new Event(i));
            }
            await Task.Delay(Timeout.Infinite, stop);
        }
    }
}
