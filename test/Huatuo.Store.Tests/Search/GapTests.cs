using System.Text;
using Huatuo.Store.Search;
using Huatuo.Store.Tests.Sqlite;

namespace Huatuo.Store.Tests.Search;

/// <summary>Events that are dropped before a reader has looked at them.</summary>
public sealed class GapTests
{
    private readonly Sample _sample = new(5);
    private int _made;

    [Fact]
    public async Task A_tail_tells_it_before_the_events_behind()
    {
        await using var stand = new StoreStand(maxBytes: 1 << 20);
        await StoreAsync(stand, 20);
        using var tail = new EventTail(stand.Path, new EventQuery());
        tail.SkipNothing();
        Assert.True(tail.Read(() => false, NoGap, _ => { }));
        await DropAsync(stand);
        List<string> found = [];
        int gaps = 0;
        while (tail.Read(() => true, () => gaps += found.Count == 0 ? 1 : 100, document => found.Add(Encoding.UTF8.GetString(document))))
        {
        }
        Assert.Equal(1, gaps);
        Assert.Equal(stand.Find(new EventQuery()).Select(Encoding.UTF8.GetString), found);
    }

    [Fact]
    public async Task A_tail_that_has_read_all_misses_nothing_and_one_that_begins_asks_for_nothing_older()
    {
        await using var stand = new StoreStand(maxBytes: 1 << 20);
        await StoreAsync(stand, 20);
        using var whole = new EventTail(stand.Path, new EventQuery());
        whole.SkipNothing();
        await DropAsync(stand, () =>
        {
            while (whole.Read(() => true, NoGap, _ => { }))
            {
            }
        });
        using var begins = new EventTail(stand.Path, new EventQuery());
        begins.SkipNothing();
        int found = 0;
        begins.Read(() => true, NoGap, _ => found++);
        Assert.NotEqual(0, found);
        begins.SkipAll();
        Assert.False(begins.Read(() => true, NoGap, _ => Assert.Fail("nothing is new")));
    }

    [Fact]
    public async Task One_who_follows_is_told_it_before_the_events_behind()
    {
        await using var stand = new StoreStand(maxBytes: 1 << 20);
        await StoreAsync(stand, 20);
        using var followed = new FollowedEvents(stand.Path);
        followed.Search(new EventQuery(), _ => { });
        await StoreAsync(stand, 20);
        int gaps = 0, found = 0;
        followed.SearchNew(new EventQuery(), _ => found++, NoGap);
        Assert.Equal(20, found);
        await DropAsync(stand);
        found = 0;
        followed.SearchNew(new EventQuery(), _ => found++, () => gaps += found == 0 ? 1 : 100);
        Assert.Equal((1, stand.Find(new EventQuery()).Count), (gaps, found));
        followed.SearchNew(new EventQuery(), _ => Assert.Fail("nothing is new"), NoGap);
    }

    private static void NoGap() => Assert.Fail("nothing is missing");

    private Task StoreAsync(StoreStand stand, int count) => stand.StoreAsync([.. Enumerable.Range(0, count).Select(_ => _sample.Document(_made++))]);

    /// <summary>Stores events until all that are there now are dropped, and the one behind them.</summary>
    private async Task DropAsync(StoreStand stand, Action? between = null)
    {
        await StoreAsync(stand, 1);
        byte[] last = stand.Find(new EventQuery())[^1];
        while (stand.Find(new EventQuery()).Exists(document => document.AsSpan().SequenceEqual(last)))
        {
            await StoreAsync(stand, 200);
            between?.Invoke();
        }
    }
}
