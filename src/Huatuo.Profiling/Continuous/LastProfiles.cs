namespace Huatuo.Profiling.Continuous;

/// <summary>Of profiles that tell what there is at their end, finds the last of each source, if they are given the newest first.</summary>
internal sealed class LastProfiles
{
    private readonly Dictionary<(string Host, string Service, long Step), DateTimeOffset> _last = [];

    /// <summary>Whether a profile, or a part of one, is the last of its source in a step of time.</summary>
    /// <param name="labels">Its labels.</param>
    /// <param name="step">The step.</param>
    /// <param name="start">When its window began.</param>
    internal bool Take(IReadOnlyDictionary<string, string> labels, long step, DateTimeOffset start)
    {
        (string, string, long) source = (labels.GetValueOrDefault("hostname", ""), labels.GetValueOrDefault("service_name", ""), step);
        return _last.TryAdd(source, start) || _last[source] == start;
    }
}
