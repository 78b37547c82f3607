using System.Collections.Concurrent;
using Huatuo.Flow.Documents;

namespace Huatuo.Flow.Tests.Documents;

public sealed class EventIdTests
{
    [Fact]
    public void TheLayoutIsThatOfVersion7()
    {
        Assert.Equal("019b7ca9-8f2e-7012-8123-456789abcdf0", new EventId(0x0123_4567_89ab_cdef).Next(1_767_323_045_678_901_234).ToString());
        Assert.Equal("00000000-0000-7fff-8000-000000000000", new EventId(ulong.MaxValue).Next(0).ToString());
    }

    [Fact]
    public void TheySortByTimeAndThenByTurn()
    {
        var ids = new EventId(42);
        Guid[] inOrder = [.. Enumerable.Range(0, 10_000).Select(i => ids.Next(1_767_323_045_000_000_000 + i * 100_000L))];
        Assert.Equal(inOrder, inOrder.Order());
        Assert.All(inOrder, id => Assert.Equal((7, 0x8), (id.Version, id.Variant & 0xc)));
    }

    [Fact]
    public void AMillionFromSeveralThreadsAreDistinct()
    {
        var ids = new EventId();
        var all = new ConcurrentBag<Guid[]>();
        Parallel.For(0, 8, _ => all.Add([.. Enumerable.Range(0, 125_000).Select(_ => ids.Next(1))]));
        Assert.Equal(1_000_000, all.SelectMany(part => part).ToHashSet().Count);
        Assert.NotEqual(new EventId().Next(1), new EventId().Next(1));
    }
}
