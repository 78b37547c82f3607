using Huatuo.Profiling;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Takes a profile until there is enough of it, and reads it.</summary>
internal static class TakenProfile
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200), s_patience = TimeSpan.FromSeconds(120);

    /// <summary>Takes until a condition holds, and ends it.</summary>
    internal static async Task<Profile> UntilAsync(IProfiler profiler, Func<Profile, bool> enough, string what)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (!enough(profiler.Profile))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < s_patience, $"no {what}: {profiler.Profile.Kernel.Sampled} sampled of {profiler.Profile.Kernel.Seen}");
            await Task.Delay(s_interval);
            profiler.Take();
        }
        profiler.Stop();
        return profiler.Profile;
    }

    /// <summary>The names of the outermost frames.</summary>
    internal static IReadOnlyList<string> Processes(this Profile profile) =>
        [.. Ends(profile).Select(node => profile.Frames[profile.Stacks.Path(node)[0]].Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Which part of all time was spent in a function and all that it called, from 0 to 1.</summary>
    internal static double Share(this Profile profile, string function)
    {
        long total = Ends(profile).Sum(node => profile.Stacks[node].Nanoseconds);
        return (double)Within(profile, function) / total;
    }

    /// <summary>The time in a function and all that it called, or in stacks that end in what is no function.</summary>
    internal static long Within(this Profile profile, string function) =>
        Ends(profile).Where(node => profile.Stacks.Path(node).Any(frame => profile.Frames[frame].Name == function)).Sum(node => profile.Stacks[node].Nanoseconds);

    /// <summary>All of it in one line for each stack, for what a failed test says.</summary>
    internal static string Text(this Profile profile)
    {
        using var bytes = new MemoryStream();
        Profiling.Formats.CollapsedFormat.Write(profile, bytes);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static IEnumerable<int> Ends(Profile profile) => Enumerable.Range(1, profile.Stacks.Count - 1).Where(node => profile.Stacks[node].Count > 0);
}
