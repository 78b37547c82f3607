namespace Huatuo.Profiling.Continuous;

/// <summary>Splits the profile of a window, so that no document is too large for a sink.</summary>
internal static class ProfileParts
{
    /// <summary>About so many characters of stacks are in a part, and the last stack.</summary>
    internal const int Characters = 128 << 10;

    /// <summary>The parts of a profile; none when it has no samples.</summary>
    internal static IEnumerable<ProfilePart> Of(string profiler, Profile profile)
    {
        List<StoredSample> samples = [];
        int characters = 0, number = 0;
        for (int node = 1; node < profile.Stacks.Count; node++)
        {
            StackTree.Node end = profile.Stacks[node];
            if (end.Count == 0)
                continue;
            string stack = StackLines.Write(profile.Frames, profile.Stacks.Path(node));
            samples.Add(new StoredSample(stack, end.Count, end.Nanoseconds, end.Bytes));
            characters += stack.Length;
            if (characters < Characters)
                continue;
            yield return Part(profiler, profile, number++, samples);
            samples = [];
            characters = 0;
        }
        if (samples.Count > 0)
            yield return Part(profiler, profile, number, samples);
    }

    private static ProfilePart Part(string profiler, Profile profile, int number, List<StoredSample> samples) =>
        new(profiler, profile.Kind, number == 0 ? profile.Duration.Ticks * 100 : 0, profile.PeriodNanoseconds, number, samples);
}
