using System.Text.Json;
using Huatuo.Bpf;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Another tracer that stops at its first record, and the pump with it, until it is told to go on.</summary>
internal sealed class StalledTracer(EventTracerDefinition inner) : EventTracerDefinition
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new();

    /// <summary>Completes when the first record has stopped the pump.</summary>
    internal Task Stalled => _stalled.Task;

    public override string Name => inner.Name;

    public override string Summary => inner.Summary;

    public override OptionSchema Options => inner.Options;

    public override IReadOnlyList<HookRung> Ladder => inner.Ladder;

    internal void GoOn() => _goOn.SetResult();

    public override IEventTracer Create(TracerOptions options, TracerServices services) => new Run(this, (IEventTracer)inner.Create(options, services));

    public override string FormatText(JsonElement document) => inner.FormatText(document);

    private sealed class Run(StalledTracer tracer, IEventTracer inner) : IEventTracer
    {
        public BpfObject Open() => inner.Open();

        public void Loaded() => inner.Loaded();

        public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
        {
            tracer._stalled.TrySetResult();
            tracer._goOn.Task.Wait();
            return inner.OnRecord(record, output);
        }
    }
}
