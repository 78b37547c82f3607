using Huatuo.Http.Routing;
using Huatuo.Profiling.Continuous;
using Huatuo.Store.Search;

namespace Huatuo.Http.Api.Profiles;

/// <summary>Goes through the stored profiles of a range of time.</summary>
/// <param name="lane">Where searches run.</param>
/// <param name="time">Bounds them.</param>
internal sealed class ProfileSearch(SearchLane lane, TimeProvider time)
{
    // A snapshot is held for one page only, so that the store's log can be cut between them.
    private const int PageDocuments = 64;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private static readonly Refusal s_tooMuch = Refusal.Unavailable("there are more profiles than can be gone through in 20 s", "ask for less time, or for one container");

    /// <summary>The profile store is not written.</summary>
    public static readonly Refusal SwitchedOff = Refusal.Unavailable("no profiles are stored", "set profiling.enabled, with sqlite among profiling.sinks");

    /// <summary>Gives each document.</summary>
    /// <param name="query">Which; its limit is not looked at.</param>
    /// <param name="receive">Takes each, the newest first.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RefusedException">It takes too long, or there is no store.</exception>
    public Task EachAsync(EventQuery query, DocumentReceiver receive, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        return lane.RunAsync(
            reader =>
            {
                var page = new EventQuery { SinceNs = query.SinceNs, UntilNs = query.UntilNs, Container = query.Container, Pod = query.Pod, Limit = PageDocuments };
                for (long? before = long.MaxValue; before is { } next;)
                {
                    if (time.GetElapsedTime(began) > s_longest)
                        throw new RefusedException(s_tooMuch);
                    before = reader.Page(page, next, () => !cancel.IsCancellationRequested && time.GetElapsedTime(began) < s_longest, receive);
                    cancel.ThrowIfCancellationRequested();
                }
                return true;
            },
            cancel);
    }

    /// <summary>Gives some documents.</summary>
    public Task<long?> PageAsync(EventQuery query, long before, DocumentReceiver receive, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        return lane.RunAsync(reader => reader.Page(query, before, () => !cancel.IsCancellationRequested && time.GetElapsedTime(began) < TimeSpan.FromSeconds(2), receive), cancel);
    }

    /// <summary>Adds up all that have some labels.</summary>
    public async Task<StoredProfile> MergeAsync(EventQuery query, IReadOnlyList<LabelCondition> conditions, CancellationToken cancel)
    {
        var sum = new StoredProfile(conditions);
        await EachAsync(query, document => sum.Add(document), cancel).ConfigureAwait(false);
        return sum;
    }

    /// <summary>The values of each label, in order.</summary>
    public async Task<SortedDictionary<string, SortedSet<string>>> LabelsAsync(EventQuery query, IReadOnlyList<LabelCondition> conditions, CancellationToken cancel)
    {
        var labels = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var profiles = new StoredProfile(conditions);
        await EachAsync(
            query,
            document =>
            {
                if (!profiles.TryLabels(document))
                    return;
                foreach ((string name, string value) in profiles.Labels)
                {
                    if (!labels.TryGetValue(name, out SortedSet<string>? values))
                        labels[name] = values = new SortedSet<string>(StringComparer.Ordinal);
                    values.Add(value);
                }
            },
            cancel).ConfigureAwait(false);
        return labels;
    }
}
