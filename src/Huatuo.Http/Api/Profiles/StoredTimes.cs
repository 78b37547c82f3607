using Huatuo.Profiling.Continuous;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api.Profiles;

/// <summary>From when on there are profiles, and until when, to a second.</summary>
internal static class StoredTimes
{
    private const long NanosecondsPerSecond = 1_000_000_000, Longest = 10L * 366 * 24 * 60 * 60;

    /// <summary>Finds them, in a few dozen looks at one profile.</summary>
    /// <param name="search">Looks.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Milliseconds since 1970; null when there is none.</returns>
    public static async Task<(long OldestMs, long NewestMs)?> FindAsync(ProfileSearch search, CancellationToken cancel)
    {
        if (await LastAsync(search, null, cancel).ConfigureAwait(false) is not { } newest)
            return null;
        DateTimeOffset oldest = newest;
        // There is none before the one, and one before the other.
        (long none, long some) = (newest.ToUnixTimeSeconds() - Longest, newest.ToUnixTimeSeconds());
        while (some - none > 1)
        {
            long middle = none + (some - none) / 2;
            if (await LastAsync(search, middle * NanosecondsPerSecond, cancel).ConfigureAwait(false) is { } found)
                (oldest, some) = (found, Math.Min(middle, found.ToUnixTimeSeconds()));
            else
                none = middle;
        }
        return (oldest.ToUnixTimeMilliseconds(), newest.ToUnixTimeMilliseconds());
    }

    private static async Task<DateTimeOffset?> LastAsync(ProfileSearch search, long? untilNs, CancellationToken cancel)
    {
        var profile = new StoredProfile([]);
        await search.PageAsync(new EventQuery { UntilNs = untilNs, Limit = 1 }, long.MaxValue, document => profile.Add(document), cancel).ConfigureAwait(false);
        return profile.Sum?.Start;
    }
}
