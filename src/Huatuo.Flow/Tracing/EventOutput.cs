using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Sinks;

namespace Huatuo.Flow.Tracing;

/// <summary>Takes a tracer's decoded events through rules and encoding to the sinks, and counts each where it ends.</summary>
public sealed class EventOutput
{
    private readonly TracerLedger _ledger;
    private Bound _bound;
    private readonly DocumentEncoder _encoder;
    private readonly IEventChannel[] _channels;

    internal EventOutput(TracerLedger ledger, RuleSet rules, DocumentEncoder encoder, IReadOnlyList<IEventSink> sinks)
    {
        _ledger = ledger;
        _bound = Bind(rules);
        _encoder = encoder;
        _channels = [.. sinks.Select((sink, i) => sink.Open(ledger.Tracer, ledger.Sinks[i]))];
    }

    /// <summary>Takes other rules, which hold from the next event on; by one thread at a time.</summary>
    internal void Replace(RuleSet rules) => Volatile.Write(ref _bound, Bind(rules));

    /// <summary>Counts an event that is held back.</summary>
    /// <param name="reason">Why.</param>
    public void Suppress(SuppressReason reason)
    {
        _ledger.CountDecoded();
        _ledger.CountSuppressed(reason);
    }

    /// <summary>Sends one event on its way.</summary>
    /// <param name="monotonicNs">The kernel's time of it.</param>
    /// <param name="container">Whose it is, when known.</param>
    /// <param name="stack">Where it happened.</param>
    /// <param name="event">Its fields.</param>
    /// <returns>What became of it; null when no document did.</returns>
    public AcceptedEvent? Emit<TEvent>(ulong monotonicNs, Container? container, StackText stack, in TEvent @event)
        where TEvent : struct, IEventFields, allows ref struct
    {
        _ledger.CountDecoded();
        ReadOnlySpan<byte> document;
        try
        {
            Bound bound = Volatile.Read(ref _bound);
            int rule = bound.Rules.FirstMatch(stack.MaskOf(bound.Rules), in @event, container);
            if (rule >= 0)
            {
                bound.Counters[rule].Count();
                return null;
            }
            document = _encoder.Encode(monotonicNs, container, in @event);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _ledger.CountDropped(DropStage.Encode);
            return null;
        }
        _ledger.CountAccepted();
        foreach (IEventChannel channel in _channels)
            channel.Accept(document);
        return _encoder.Last;
    }

    private Bound Bind(RuleSet rules) => new(rules, _ledger.CountersOf(rules.Rules.Select(rule => rule.Name)));

    // Rules and where they are counted change together.
    private sealed record Bound(RuleSet Rules, IgnoredCount[] Counters);
}
