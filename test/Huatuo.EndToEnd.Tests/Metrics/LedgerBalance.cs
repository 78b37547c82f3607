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
    public const string Stored = "huatuo_events_stored_total";
    public const string SinkDropped = "huatuo_events_sink_dropped_total";
    public const string DeadLetter = "huatuo_events_dead_letter_total";
    public const string Pending = "huatuo_events_pending";

    // With the agent's one sink, what every sink accepts is what that one accepts.
    private static readonly (string Whole, string[] Parts)[] Equations =
    [
        (Hits, [Filtered, RateLimited, Deduplicated, Lost, Submitted]),
        (Submitted, [DecodeErrors, Decoded]),
        (Decoded, [Ignored, Suppressed, Dropped, Accepted]),
        (Accepted, [Stored, SinkDropped, DeadLetter, Pending]),
    ];

    /// <summary>Every term once.</summary>
    public static IReadOnlyList<string> Terms { get; } = [.. Equations.SelectMany(equation => equation.Parts.Prepend(equation.Whole)).Distinct()];

    /// <summary>What each equation is off by.</summary>
    /// <param name="scrape">A scrape of a flow at rest.</param>
    /// <param name="without">A term to leave out.</param>
    public static long[] Residuals(Scrape scrape, string? without = null)
    {
        long Value(string term) => term == without ? 0 : scrape.Sum(term);
        return [.. Equations.Select(equation => Value(equation.Whole) - equation.Parts.Sum(Value))];
    }

    /// <summary>Asserts that nothing is unaccounted for, and that the terms are there at all.</summary>
    public static void AssertHolds(Scrape scrape)
    {
        Assert.All(Terms, term => Assert.Contains(scrape.Samples, sample => sample.Name == term));
        Assert.True(Residuals(scrape).All(residual => residual == 0), $"residuals {string.Join(", ", Residuals(scrape))} of\n{Show(scrape)}");
    }

    private static string Show(Scrape scrape) => string.Join('\n', Terms.Select(term => $"{term} {scrape.Sum(term)}"));
}
