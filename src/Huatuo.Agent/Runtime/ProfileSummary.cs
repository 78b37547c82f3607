using System.Globalization;
using Huatuo.Profiling;

namespace Huatuo.Agent.Runtime;

/// <summary>What is said of a profile at its end: how much was seen, and what was not.</summary>
internal static class ProfileSummary
{
    internal static string Of(Profile profile)
    {
        long frames = profile.Symbols.Named + Nameless(profile);
        return string.Create(CultureInfo.InvariantCulture,
            $"{profile.Duration.TotalSeconds:0.0} s, {profile.Kernel.Sampled} {profile.Kind.Events}, {profile.Kernel.Lost + (ulong)profile.Dropped} lost"
            + $", {profile.Kernel.Idle} idle, {profile.Kernel.Brief} brief, {profile.Kernel.Filtered} of others; {Nameless(profile)} of {frames} frames without a name, {profile.Kernel.Cut} stacks cut{Followed(profile)}");
    }

    private static string Followed(Profile profile)
    {
        if (profile.Unwinding is not { } counts)
            return "";
        ulong whole = counts.Whole + counts.Mixed, stopped = counts.Cut + counts.Unmapped + counts.Untold + counts.Unreadable + counts.Broken;
        return string.Create(CultureInfo.InvariantCulture, $"; {whole} of {whole + stopped + counts.Pointers} stacks of programs whole, {counts.Pointers} by frame pointers alone");
    }

    private static long Nameless(Profile profile) =>
        profile.Symbols.Nameless + profile.Symbols.Anonymous + profile.Symbols.Unreadable + profile.Symbols.Gone + profile.Symbols.Kernel;
}
