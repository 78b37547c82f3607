using System.Globalization;

namespace Huatuo.Bench.Site;

/// <summary>Where one tracer's events went, from the agent's metrics.</summary>
internal sealed record LedgerFigures(
    long Hits, long Filtered, long RateLimited, long Deduplicated, long Lost, long Submitted,
    long DecodeErrors, long Decoded, long Ignored, long Suppressed, long Dropped, long Accepted, long Stored, long SinkDropped, long DeadLetter, long Pending, long Recovered)
{
    private static readonly string[] Terms =
    [
        "hits_total", "filtered_total", "rate_limited_total", "deduplicated_total", "lost_total", "submitted_total",
        "decode_errors_total", "decoded_total", "ignored_total", "suppressed_total", "dropped_total", "accepted_total", "stored_total", "sink_dropped_total", "dead_letter_total", "pending", "recovered_total",
    ];

    /// <summary>What the three equations leave over, in sum; nothing when no event is under way.</summary>
    internal long Residual =>
        Math.Abs(Hits - Filtered - RateLimited - Deduplicated - Lost - Submitted)
        + Math.Abs(Submitted - DecodeErrors - Decoded)
        + Math.Abs(Decoded - Ignored - Suppressed - Dropped - Accepted)
        + Math.Abs(Accepted + Recovered - Stored - SinkDropped - DeadLetter - Pending);

    /// <summary>Events that were wanted and did not get into the file, and where they were lost.</summary>
    internal string Losses(LedgerFigures before)
    {
        (string Name, long Count)[] terms =
        [
            ("ring", Lost - before.Lost), ("decode", DecodeErrors - before.DecodeErrors),
            ("encode", Dropped - before.Dropped), ("sink", SinkDropped - before.SinkDropped),
        ];
        string text = string.Join(", ", terms.Where(term => term.Count > 0).Select(term => $"{term.Name} {term.Count:#,0}"));
        return text.Length == 0 ? "0" : text;
    }

    /// <summary>Reads the text format; of the sinks one, other labels are summed up.</summary>
    internal static LedgerFigures Parse(string metrics, string tracer, string sink = "local")
    {
        const string prefix = "huatuo_events_";
        var sums = Terms.ToDictionary(term => term, _ => 0L);
        foreach (string line in metrics.Split('\n'))
        {
            int brace = line.IndexOf('{', StringComparison.Ordinal);
            if (brace < prefix.Length || !line.StartsWith(prefix, StringComparison.Ordinal) || !line.Contains($"tracer=\"{tracer}\"", StringComparison.Ordinal))
                continue;
            if (line.Contains("sink=\"", StringComparison.Ordinal) && !line.Contains($"sink=\"{sink}\"", StringComparison.Ordinal))
                continue;
            string term = line[prefix.Length..brace];
            if (sums.ContainsKey(term))
                sums[term] += (long)double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture);
        }
        long[] v = [.. Terms.Select(term => sums[term])];
        return new LedgerFigures(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15], v[16]);
    }
}
