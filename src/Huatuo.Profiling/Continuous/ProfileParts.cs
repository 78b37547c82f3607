namespace Huatuo.Profiling.Continuous;

/// <summary>Splits the profile of a window, so that no document is too large for a sink.</summary>
internal static class ProfileParts
{
    /// <summary>About so many characters of stacks are in a part, and the last stack.</summary>
    internal const int Characters = 128 << 10;

    /// <summary>The parts of a profile; none when it has no samples.</summary>
    /// <param name="profiler">Who took it.</param>
    /// <param name="profile">It.</param>
    /// <param name="task">The task that it is the result of; empty for none.</param>
    internal static IEnumerable<ProfilePart> Of(string profiler, Profile profile, string task = "")
    {
        List<StoredSample> samples = [];
        int characters = 0, number = 0;
        for (int node = 1; node < profile.Stacks.Count; node++)
        {
            StackTree.Node end = profile.Stacks[node];
            if (end.Count == 0)
                continue;
            string stack = StackLines.Write(profile.Frames, profile.Stacks.Path(node));
            samples.Add(new StoredSample(stack, end.Count, end.Nanoseconds, end.Amount));
            characters += stack.Length;
            if (characters < Characters)
                continue;
            yield return Part(profiler, profile, number++, samples, task);
            samples = [];
            characters = 0;
        }
        if (samples.Count > 0)
            yield return Part(profiler, profile, number, samples, task);
    }

    private static ProfilePart Part(string profiler, Profile profile, int number, List<StoredSample> samples, string task) =>
        new(profiler, profile.Kind, number == 0 ? profile.Duration.Ticks * 100 : 0, profile.PeriodNanoseconds, number, samples, task);
}
