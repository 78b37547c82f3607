using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Another tracer with the kernel's own time and CPU of each of its records kept.</summary>
internal sealed class TimedTracer(EventTracerDefinition inner) : EventTracerDefinition
{
    /// <summary>Time and CPU of each record, in the order they were read.</summary>
    internal ConcurrentQueue<(ulong MonotonicNs, uint Cpu)> Records { get; } = [];

    public override string Name => inner.Name;

    public override string Summary => inner.Summary;

    public override OptionSchema Options => inner.Options;

    public override IReadOnlyList<HookRung> Ladder => inner.Ladder;

    public override IEventTracer Create(TracerOptions options, TracerServices services) => new Run((IEventTracer)inner.Create(options, services), Records);

    public override string FormatText(JsonElement document) => inner.FormatText(document);

    private sealed class Run(IEventTracer inner, ConcurrentQueue<(ulong MonotonicNs, uint Cpu)> records) : IEventTracer
    {
        public BpfObject Open() => inner.Open();

        public void Loaded() => inner.Loaded();

        public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
        {
            EventHeader header = MemoryMarshal.Read<EventHeader>(record);
            records.Enqueue((header.MonotonicNs, header.Cpu));
            return inner.OnRecord(record, output);
        }
    }
}
