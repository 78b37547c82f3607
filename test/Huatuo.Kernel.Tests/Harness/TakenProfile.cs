using Huatuo.Profiling;
using Huatuo.Profiling.Capturing;

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
            await LookAsync(profiler, s_interval);
            profiler.Take();
        }
        profiler.Stop();
        return profiler.Profile;
    }

    /// <summary>Takes until a condition holds, and goes on.</summary>
    internal static async Task MeetsAsync(IProfiler profiler, Func<Profile, bool> enough, string what)
    {
        long begin = TimeProvider.System.GetTimestamp();
        for (profiler.Take(); !enough(profiler.Profile); profiler.Take())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < s_patience, $"not {what}: {profiler.Profile.Text()}");
            await LookAsync(profiler, s_interval);
        }
    }

    /// <summary>Takes as long as some work lasts.</summary>
    internal static Task WhileAsync(IProfiler profiler, Task work) => WhileAsync([profiler], work);

    /// <summary>The same of several profilers.</summary>
    internal static async Task WhileAsync(IReadOnlyList<IProfiler> profilers, Task work)
    {
        while (!work.IsCompleted)
        {
            foreach (IProfiler profiler in profilers)
                await LookAsync(profiler, s_interval / profilers.Count);
            foreach (IProfiler profiler in profilers)
                profiler.Take();
        }
        await work;
    }

    private static Task LookAsync(IProfiler profiler, TimeSpan length) => ProfileCapture.LookAsync(profiler, length, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>The names of the outermost frames.</summary>
    internal static IReadOnlyList<string> Processes(this Profile profile) =>
        [.. Ends(profile).Select(node => profile.Frames[profile.Stacks.Path(node)[0]].Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Which part of all time, or of what else it is of, was spent in a function and all that it called, from 0 to 1.</summary>
    internal static double Share(this Profile profile, string function)
    {
        long total = Ends(profile).Sum(node => Weight(profile, node));
        return (double)Within(profile, function) / total;
    }

    /// <summary>Which part of it is in stacks with such a function, from 0 to 1.</summary>
    internal static double Share(this Profile profile, Func<string, bool> isFunction)
    {
        int[] ends = [.. Ends(profile)];
        long within = ends.Where(node => profile.Stacks.Path(node).Any(frame => isFunction(profile.Frames[frame].Name))).Sum(node => Weight(profile, node));
        return (double)within / ends.Sum(node => Weight(profile, node));
    }

    /// <summary>The time, or what else it is of, in a function and all that it called, or in stacks that end in what is no function.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="frames">All of them are in the stacks.</param>
    internal static long Within(this Profile profile, params string[] frames) => Nodes(profile, frames).Sum(node => Weight(profile, node));

    /// <summary>How many of its events these are.</summary>
    internal static long Count(this Profile profile, params string[] frames) => Nodes(profile, frames).Sum(node => profile.Stacks[node].Count);

    /// <summary>What these events are of, where that is no time.</summary>
    internal static long Bytes(this Profile profile, params string[] frames) => Nodes(profile, frames).Sum(node => profile.Stacks[node].Amount);

    /// <summary>Every event is in one of the terms.</summary>
    internal static void AssertBalanced(this Profile profile) =>
        Assert.Equal(profile.Kernel.Seen, profile.Kernel.Idle + profile.Kernel.Filtered + profile.Kernel.Brief + profile.Kernel.Lost + profile.Kernel.Sampled);

    /// <summary>And nothing was lost.</summary>
    internal static void AssertComplete(this Profile profile)
    {
        Assert.Equal((0UL, 0L), (profile.Kernel.Lost, profile.Dropped));
        profile.AssertBalanced();
    }

    private static IEnumerable<int> Nodes(Profile profile, string[] frames) =>
        Ends(profile).Where(node => frames.All(name => profile.Stacks.Path(node).Any(frame => profile.Frames[frame].Name == name)));

    private static long Weight(Profile profile, int node) => profile.Stacks[node].Value(profile.Kind.Weight);

    /// <summary>All of it in one line for each stack, for what a failed test says.</summary>
    internal static string Text(this Profile profile)
    {
        using var bytes = new MemoryStream();
        Profiling.Formats.CollapsedFormat.Write(profile, bytes);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static IEnumerable<int> Ends(Profile profile) => Enumerable.Range(1, profile.Stacks.Count - 1).Where(node => profile.Stacks[node].Count > 0);
}
