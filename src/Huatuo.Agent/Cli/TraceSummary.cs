using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;

namespace Huatuo.Agent.Cli;

/// <summary>The last line of a trace: what was shown and what was not.</summary>
internal static class TraceSummary
{
    internal static string Of(TracerLedger ledger)
    {
        LedgerCounters kernel = ledger.Kernel.Read();
        SinkLedger shown = ledger.Sinks[0];
        List<string> parts = [$"{shown.Stored} events"];
        Add(parts, (long)kernel.RateLimited, "over max_events_per_second");
        Add(parts, (long)kernel.Lost, "lost to a full ring (see ring_bytes)");
        Add(parts, ledger.DecodeErrors, "not decoded");
        for (int rule = 0; rule < ledger.Rules.Count; rule++)
            Add(parts, ledger.Ignored(rule), $"ignored by rule {ledger.Rules[rule]}");
        Add(parts, Enum.GetValues<SinkStage>().Sum(shown.Dropped), "lost to a slow terminal");
        return string.Join(", ", parts);
    }

    private static void Add(List<string> parts, long count, string what)
    {
        if (count > 0)
            parts.Add($"{count} {what}");
    }
}
