using System.Text;
using Huatuo.Flow.Filter;
using Huatuo.Store.Search;
using Huatuo.Store.Tests.Sqlite;

namespace Huatuo.Store.Tests.Search;

public sealed class PagingTests(SearchTests.Events events) : IClassFixture<SearchTests.Events>
{
    [Theory]
    [InlineData(1000, "")]
    [InlineData(997, "")]
    [InlineData(7, "tcp_v4_rcv NO_SOCKET nginx")]
    [InlineData(100, "no_such_word")]
    public void Pages_together_are_the_search_the_newest_first(int limit, string text)
    {
        var query = new EventQuery { Text = text, Limit = limit };
        List<string> paged = [];
        long? before = long.MaxValue;
        using EventReader reader = EventReader.Open(events.Path);
        while (before is { } next)
        {
            int had = paged.Count;
            before = reader.Page(query, next, () => true, document => paged.Add(Encoding.UTF8.GetString(document)));
            Assert.InRange(paged.Count - had, 0, limit);
        }
        Assert.Equal(StoreStand.Find(events.Path, new EventQuery { Text = text }).Select(Encoding.UTF8.GetString).Reverse(), paged);
    }

    [Fact]
    public void A_page_that_ends_early_goes_on_where_it_was()
    {
        var query = new EventQuery { Tracers = ["oom"], Where = [new FieldCondition("constrained", FieldOperator.Is, ["true"])], Limit = 1000 };
        (List<string> paged, int pages) = Pages(query, looks: 20);
        Assert.Equal(events.Documents.Where(document => new DocumentFilter(query).Passes(document) && Sample.Tracer(document) == "oom").Select(Encoding.UTF8.GetString).Reverse(), paged);
        Assert.InRange(pages, 10, Events);
    }

    [Fact]
    public void A_page_ends_early_also_where_nothing_is_asked_for()
    {
        var query = new EventQuery { Tracers = ["oom", "hungtask"], SinceNs = Sample.StartNs + 100_000_000, Limit = 1000 };
        (List<string> paged, int pages) = Pages(query, looks: 20);
        Assert.Equal(StoreStand.Find(events.Path, query.WithoutLimit()).Select(Encoding.UTF8.GetString).Reverse(), paged);
        Assert.InRange(pages, (Events - 100) / 20, Events / 20 + 1);
    }

    [Fact]
    public void An_event_is_found_by_its_id()
    {
        using EventReader reader = EventReader.Open(events.Path);
        for (int number = 0; number < Events; number += 371)
        {
            byte[] found = [];
            Assert.True(reader.Find(Guid.Parse($"01a2073e-4230-7066-866a-{number:x12}"), document => found = document.ToArray()));
            Assert.Equal(events.Documents[number], found);
        }
        Assert.False(reader.Find(Guid.Parse("01a2073e-4230-7066-866a-ffffffffffff"), _ => Assert.Fail("it is not there")));
        Assert.False(reader.Find(Guid.Parse("00000000-0000-0000-0000-000000000000"), _ => Assert.Fail("it is not there")));
        Assert.False(reader.Find(Guid.Parse("ffffffff-ffff-ffff-ffff-ffffffffffff"), _ => Assert.Fail("it is not there")));
    }

    private const int Events = SearchTests.Events.Count;

    /// <summary>All pages of a query, each of which ends after so many looks.</summary>
    private (List<string> Documents, int Pages) Pages(EventQuery query, int looks)
    {
        List<string> paged = [];
        long? before = long.MaxValue;
        using EventReader reader = EventReader.Open(events.Path);
        int pages = 0;
        for (; before is { } next; pages++)
        {
            int looked = 0;
            before = reader.Page(query, next, () => ++looked < looks, document => paged.Add(Encoding.UTF8.GetString(document)));
        }
        return (paged, pages);
    }
}
