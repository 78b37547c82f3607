using Huatuo.Flow.Options;

namespace Huatuo.Flow.Enrich;

/// <summary>The section <c>reverse_dns</c>: names for addresses.</summary>
public sealed class ReverseDnsOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<ReverseDnsOptions> Schema { get; } = new OptionSchema<ReverseDnsOptions>("reverse_dns")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
            "Whether the addresses of events are looked up in the DNS.")
        .Add("ttl", OptionTypes.DurationBetween(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)), o => o.Ttl, (o, v) => o.Ttl = v,
            "How long an answer is kept.")
        .Add("max_entries", OptionTypes.Integer(1, 1_000_000), o => o.MaxEntries, (o, v) => o.MaxEntries = v,
            "How many answers are kept.");

    /// <summary>Whether to look up names.</summary>
    public bool Enabled { get; set; }

    /// <summary>For how long an answer holds.</summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How many answers are kept.</summary>
    public int MaxEntries { get; set; } = 4096;
}
