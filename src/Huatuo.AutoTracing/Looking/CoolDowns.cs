namespace Huatuo.AutoTracing.Looking;

/// <summary>What was told a short while ago, by subject. Used by one thread at a time.</summary>
/// <param name="length">How long a subject is left alone; zero for never.</param>
/// <param name="time">Time.</param>
internal sealed class CoolDowns(TimeSpan length, TimeProvider time)
{
    private readonly Dictionary<string, long> _began = [];

    /// <summary>Whether a subject is to be left alone.</summary>
    internal bool Holds(string subject) =>
        _began.TryGetValue(subject, out long began) && time.GetElapsedTime(began) < length;

    /// <summary>A subject is told of now.</summary>
    internal void Begin(string subject)
    {
        foreach (string over in _began.Keys.Where(known => !Holds(known)).ToArray())
            _began.Remove(over);
        _began[subject] = time.GetTimestamp();
    }
}
