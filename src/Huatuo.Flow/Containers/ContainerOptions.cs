using Huatuo.Flow.Options;

namespace Huatuo.Flow.Containers;

/// <summary>The section <c>containers</c>: whose an event is.</summary>
public sealed class ContainerOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<ContainerOptions> Schema { get; } = new OptionSchema<ContainerOptions>("containers")
        .Add("keep_ended", OptionTypes.DurationBetween(TimeSpan.Zero, TimeSpan.FromHours(24)), o => o.KeepEnded, (o, v) => o.KeepEnded = v,
            "How long an ended container stays known, for events that are told late.")
        .Add("max_ended", OptionTypes.Integer(0, 1_000_000), o => o.MaxEnded, (o, v) => o.MaxEnded = v,
            "How many removed cgroups stay known at most; the oldest go first.");

    /// <summary>For how long an ended container stays known.</summary>
    public TimeSpan KeepEnded { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many removed cgroups stay known.</summary>
    public int MaxEnded { get; set; } = 8192;
}
