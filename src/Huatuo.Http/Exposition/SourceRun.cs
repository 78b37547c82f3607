using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>One source and how its last run went. Used by one scrape at a time.</summary>
internal sealed class SourceRun(IMetricSource source)
{
    /// <summary>The last run threw.</summary>
    public bool IsFailing { get; private set; }

    /// <summary>The source.</summary>
    public IMetricSource Source { get; } = source;

    /// <summary>The value of the label <c>source</c>.</summary>
    public string Name { get; } = source.Name;

    /// <summary>Runs that threw.</summary>
    public long Failures { get; private set; }

    /// <summary>How long the last run took.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>The run ended as it should.</summary>
    public void Succeeded() => IsFailing = false;

    /// <summary>The run threw.</summary>
    /// <returns>Whether the run before it did not.</returns>
    public bool Failed()
    {
        Failures++;
        var first = !IsFailing;
        IsFailing = true;
        return first;
    }
}
