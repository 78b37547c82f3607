using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>What the formats say alike of exemplars. Names and values of the labels have less than 128 characters, which is
/// OpenMetrics' bound.</summary>
internal static class BucketExemplar
{
    /// <summary>The label with the <c>id</c> of the event's document.</summary>
    public static ReadOnlySpan<byte> IdLabel => "event_id"u8;

    /// <summary>The label with its <c>tracer_name</c>.</summary>
    public static ReadOnlySpan<byte> TracerLabel => "tracer"u8;

    /// <summary>The latest exemplar whose value lies in a bucket.</summary>
    /// <param name="exemplars">Those of the histogram.</param>
    /// <param name="lower">The bucket's lower bound, which does not belong to it.</param>
    /// <param name="upper">Its upper bound, which does.</param>
    public static Exemplar? Of(ReadOnlySpan<Exemplar> exemplars, double lower, double upper)
    {
        Exemplar? latest = null;
        foreach (ref readonly Exemplar exemplar in exemplars)
            if (exemplar.Value > lower && exemplar.Value <= upper && (latest is not { } other || exemplar.Event.UtcNanoseconds >= other.Event.UtcNanoseconds))
                latest = exemplar;
        return latest;
    }
}
