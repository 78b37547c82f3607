namespace Huatuo.AutoTracing.Looking;

/// <summary>What was told a short while ago, by subject. Used by one thread at a time.</summary>
/// <param name="length">How long a subject is left alone; zero for never.</param>
/// <param name="time">Time.</param>
internal sealed class CoolDowns(TimeSpan length, TimeProvider time)
{
    private readonly Dictionary<string, (long Began, TimeSpan Length)> _subjects = [];

    /// <summary>Whether a subject is to be left alone.</summary>
    internal bool Holds(string subject) =>
        _subjects.TryGetValue(subject, out (long Began, TimeSpan Length) known) && time.GetElapsedTime(known.Began) < known.Length;

    /// <summary>Subjects are told of now.</summary>
    /// <param name="subjects">They.</param>
    /// <param name="own">How long they are left alone; null for as long as others.</param>
    internal void Begin(IEnumerable<string> subjects, TimeSpan? own = null)
    {
        foreach (string over in _subjects.Keys.Where(known => !Holds(known)).ToArray())
            _subjects.Remove(over);
        foreach (string subject in subjects)
            _subjects[subject] = (time.GetTimestamp(), own ?? length);
    }
}
