using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;

namespace Huatuo.Http.Api;

/// <summary>A tracer as the API tells of it.</summary>
internal static class TracerDocument
{
    /// <summary>JSON Schema of it.</summary>
    public const string Schema = """
        {"type":"object","required":["name","kind","summary","state","runs"],"properties":{
          "name":{"type":"string"},
          "kind":{"type":"string","enum":["event","metric","autotracing"]},
          "summary":{"type":"string"},
          "state":{"type":"string","enum":["disabled","unsupported","starting","running","backing-off","failed","stopped"]},
          "hook":{"type":"string","description":"The hook in use."},
          "reason":{"type":"string","description":"Why it is in this state, when that is not as it should be."},
          "runs":{"type":"integer","description":"Times that it was started."},
          "ledger":{"type":"object","description":"Where its events went, of a tracer of events; the metrics huatuo_events_*."}}}
        """;

    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, TracerRunner runner)
    {
        json.WriteStartObject();
        json.WriteString("name", runner.Definition.Name);
        json.WriteString("kind", runner.Definition.Kind.ToString().ToLowerInvariant());
        json.WriteString("summary", runner.Definition.Summary);
        json.WriteString("state", runner.State.Word());
        if (runner.Rung is { } hook)
            json.WriteString("hook", hook);
        if (Reason(runner) is { } reason)
            json.WriteString("reason", reason);
        json.WriteNumber("runs", runner.Runs);
        if (runner.Definition.Kind != TracerKind.Metric)
            Write(json, runner.Ledger);
        json.WriteEndObject();
    }

    /// <summary>Why it does not run; null when there is nothing to say.</summary>
    public static string? Reason(TracerRunner runner) => runner.State == TracerState.Unsupported && runner.Missing is { } missing
        ? $"needs {missing.Feature}; {missing.Hint}"
        : runner.LastError;

    private static void Write(Utf8JsonWriter json, TracerLedger ledger)
    {
        LedgerCounters kernel = ledger.Kernel.Read();
        json.WriteStartObject("ledger");
        json.WriteNumber("hits", kernel.Hits);
        json.WriteNumber("filtered", kernel.Filtered);
        json.WriteNumber("rate_limited", kernel.RateLimited);
        json.WriteNumber("deduplicated", kernel.Deduplicated);
        json.WriteNumber("lost", kernel.Lost);
        json.WriteNumber("submitted", kernel.Submitted);
        json.WriteNumber("decode_errors", ledger.DecodeErrors);
        json.WriteNumber("decoded", ledger.Decoded);
        json.WriteStartObject("ignored");
        for (int rule = 0; rule < ledger.Rules.Count; rule++)
            json.WriteNumber(ledger.Rules[rule], ledger.Ignored(rule));
        json.WriteEndObject();
        Split<SuppressReason>(json, "suppressed", ledger.Suppressed);
        Split<DropStage>(json, "dropped", ledger.Dropped);
        json.WriteNumber("accepted", ledger.Accepted);
        json.WriteStartObject("sinks");
        foreach (SinkLedger sink in ledger.Sinks)
        {
            json.WriteStartObject(sink.Sink);
            json.WriteNumber("recovered", sink.Recovered);
            json.WriteNumber("stored", sink.Stored);
            Split<SinkStage>(json, "dropped", sink.Dropped);
            json.WriteNumber("dead_letter", sink.DeadLetters);
            json.WriteNumber("pending", sink.Pending);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Split<TPart>(Utf8JsonWriter json, string term, Func<TPart, long> value)
        where TPart : struct, Enum
    {
        json.WriteStartObject(term);
        foreach (TPart part in Enum.GetValues<TPart>())
            json.WriteNumber(part.ToString().ToLowerInvariant(), value(part));
        json.WriteEndObject();
    }
}
