namespace Huatuo.EndToEnd.Tests.Metrics;

/// <summary>The equations of the ledger over one scrape.</summary>
internal static class LedgerBalance
{
    public const string Hits = "huatuo_events_hits_total";
    public const string Filtered = "huatuo_events_filtered_total";
    public const string RateLimited = "huatuo_events_rate_limited_total";
    public const string Deduplicated = "huatuo_events_deduplicated_total";
    public const string Lost = "huatuo_events_lost_total";
    public const string Submitted = "huatuo_events_submitted_total";
    public const string DecodeErrors = "huatuo_events_decode_errors_total";
    public const string Decoded = "huatuo_events_decoded_total";
    public const string Ignored = "huatuo_events_ignored_total";
    public const string Suppressed = "huatuo_events_suppressed_total";
    public const string Dropped = "huatuo_events_dropped_total";
    public const string Accepted = "huatuo_events_accepted_total";
    public const string Recovered = "huatuo_events_recovered_total";
    public const string Stored = "huatuo_events_stored_total";
    public const string SinkDropped = "huatuo_events_sink_dropped_total";
    public const string DeadLetter = "huatuo_events_dead_letter_total";
    public const string Pending = "huatuo_events_pending";

    private static readonly (string Whole, string[] Parts)[] Equations =
    [
        (Hits, [Filtered, RateLimited, Deduplicated, Lost, Submitted]),
        (Submitted, [DecodeErrors, Decoded]),
        (Decoded, [Ignored, Suppressed, Dropped, Accepted]),
    ];

    // Holds at each sink, for what all of them accept alike.
    private static readonly string[] SinkTerms = [Stored, SinkDropped, DeadLetter, Pending];

    /// <summary>Every term once.</summary>
    public static IReadOnlyList<string> Terms { get; } = [.. Equations.SelectMany(equation => equation.Parts.Prepend(equation.Whole)).Append(Recovered).Concat(SinkTerms).Distinct()];

    /// <summary>What each equation is off by.</summary>
    /// <param name="scrape">A scrape of a flow at rest.</param>
    /// <param name="without">A term to leave out.</param>
    public static long[] Residuals(Scrape scrape, string? without = null)
    {
        long Value(string term) => term == without ? 0 : scrape.Sum(term);
        long AtSink(string term, string sink) => term == without ? 0 : scrape.Sum(term, ("sink", sink));
        return
        [
            .. Equations.Select(equation => Value(equation.Whole) - equation.Parts.Sum(Value)),
            .. Sinks(scrape).Select(sink => Value(Accepted) + AtSink(Recovered, sink) - SinkTerms.Sum(term => AtSink(term, sink))),
        ];
    }

    /// <summary>A term of the sink that writes files.</summary>
    public static long Local(this Scrape scrape, string term) => scrape.Sum(term, ("sink", "local"));

    /// <summary>A term of the event store.</summary>
    public static long Sqlite(this Scrape scrape, string term) => scrape.Sum(term, ("sink", "sqlite"));

    /// <summary>Asserts that nothing is unaccounted for, and that the terms are there at all.</summary>
    public static void AssertHolds(Scrape scrape)
    {
        Assert.All(Terms, term => Assert.Contains(scrape.Samples, sample => sample.Name == term));
        Assert.True(Residuals(scrape).All(residual => residual == 0), $"residuals {string.Join(", ", Residuals(scrape))} of\n{Show(scrape)}");
    }

    private static IEnumerable<string> Sinks(Scrape scrape) =>
        scrape.Samples.Where(sample => sample.Name == Stored).Select(sample => sample.Labels["sink"]).Distinct();

    private static string Show(Scrape scrape) => string.Join('\n', Terms.Select(term => $"{term} {scrape.Sum(term)}"));
}
