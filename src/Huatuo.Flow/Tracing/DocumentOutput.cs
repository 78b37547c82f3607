using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Tracing;

/// <summary>Documents that are not events of a tracer, in the same envelope, sinks and ledger. Used by one thread at a time.</summary>
public sealed class DocumentOutput
{
    private readonly DocumentEncoder _encoder;
    private readonly IEventChannel[] _channels;
    private long _made;

    /// <param name="name">Their <c>tracer_name</c>.</param>
    /// <param name="type">Their <c>tracer_type</c>.</param>
    /// <param name="origin">Where they come from.</param>
    /// <param name="clock">The kernel's clock.</param>
    /// <param name="sinks">Where they go.</param>
    public DocumentOutput(string name, string type, Origin origin, KernelClock clock, IReadOnlyList<IEventSink> sinks)
    {
        Ledger = new TracerLedger(name, [], sinks.Select(sink => sink.Name));
        _encoder = new DocumentEncoder(origin, name, type, clock, new EventId());
        _channels = [.. sinks.Select((sink, i) => sink.Open(name, Ledger.Sinks[i]))];
        Ledger.Kernel.Begin(Read);
    }

    /// <summary>Where each went; what was made counts as hit and submitted.</summary>
    public TracerLedger Ledger { get; }

    /// <summary>Sends one document on its way.</summary>
    /// <param name="monotonicNs">The kernel's time of what it tells.</param>
    /// <param name="container">Whose it is, when known.</param>
    /// <param name="event">Its fields.</param>
    public void Emit<TEvent>(ulong monotonicNs, Container? container, in TEvent @event)
        where TEvent : struct, IEventFields, allows ref struct
    {
        Interlocked.Increment(ref _made);
        Ledger.CountDecoded();
        ReadOnlySpan<byte> document = _encoder.Encode(monotonicNs, container, in @event);
        Ledger.CountAccepted();
        foreach (IEventChannel channel in _channels)
            channel.Accept(document);
    }

    private bool Read(Span<LedgerCounters> perCpu)
    {
        perCpu.Clear();
        perCpu[0].Hits = perCpu[0].Submitted = (ulong)Interlocked.Read(ref _made);
        return true;
    }
}
