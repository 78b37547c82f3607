using System.Text;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Documents;

/// <summary>Makes the stored document of one tracer's events: the same envelope for everything, the tracer's fields in
/// <c>tracer_data</c>. Used by one thread at a time.</summary>
internal sealed class DocumentEncoder
{
    private readonly JsonBuffer _json = new();
    private readonly KernelClock _clock;
    private readonly EventId _ids;
    private readonly byte[] _hostname;
    private readonly byte[] _region;
    private readonly string _name;
    private readonly byte[] _tracer;
    private readonly byte[] _type;
    private ulong _clockRefreshed;

    internal DocumentEncoder(Origin origin, string tracer, string type, KernelClock clock, EventId ids)
    {
        _clock = clock;
        _ids = ids;
        _hostname = Literal(origin.Hostname);
        _region = Literal(origin.Region);
        _name = tracer;
        _tracer = Literal(tracer);
        _type = Literal(type);
    }

    /// <summary>The event that was encoded last.</summary>
    internal AcceptedEvent Last { get; private set; }

    /// <summary>Encodes one event.</summary>
    /// <param name="monotonicNs">The kernel's time of it.</param>
    /// <param name="container">Whose it is, when known.</param>
    /// <param name="event">Its fields.</param>
    /// <returns>One JSON object, valid until the next call.</returns>
    internal ReadOnlySpan<byte> Encode<TEvent>(ulong monotonicNs, Container? container, scoped in TEvent @event)
        where TEvent : struct, IEventFields, allows ref struct
    {
        const ulong clockAgeNs = 100_000_000;
        if (monotonicNs - _clockRefreshed > clockAgeNs)
        {
            _clock.Refresh();
            _clockRefreshed = monotonicNs;
        }
        Span<byte> now = stackalloc byte[UtcTimestamp.Length];
        Span<byte> observed = stackalloc byte[UtcTimestamp.Length];
        long utcNow = _clock.ToUtcNanoseconds((ulong)_clock.MonotonicNow());
        UtcTimestamp.TryFormat(utcNow, now);
        long utcObserved = _clock.ToUtcNanoseconds(monotonicNs);
        UtcTimestamp.TryFormat(utcObserved, observed);
        Guid id = _ids.Next(utcNow);
        Last = new AcceptedEvent(id, _name, utcObserved);

        Span<byte> idText = stackalloc byte[36];
        id.TryFormat(idText, out _);

        _json.Clear();
        _json.Mark((byte)'{');
        var envelope = new JsonFieldWriter(_json);
        envelope.Text("id"u8, idText);
        envelope.JsonText("hostname"u8, _hostname);
        envelope.JsonText("region"u8, _region);
        envelope.Text("time"u8, now);
        envelope.Text("uploaded_time"u8, now);
        envelope.Text("tracer_time"u8, now);
        envelope.Text("observed_timestamp"u8, observed);
        container?.Write(ref envelope);
        envelope.JsonText("tracer_name"u8, _tracer);
        envelope.Text("tracer_id"u8, idText);
        envelope.JsonText("tracer_type"u8, _type);
        envelope.BeginObject("tracer_data"u8);
        envelope.Text("observed_timestamp"u8, observed);
        @event.Write(ref envelope);
        envelope.EndObject();
        envelope.EndObject();
        return _json.Written;
    }

    private static byte[] Literal(string text)
    {
        var json = new JsonBuffer();
        json.Text(Encoding.UTF8.GetBytes(text));
        return json.Written.ToArray();
    }
}
