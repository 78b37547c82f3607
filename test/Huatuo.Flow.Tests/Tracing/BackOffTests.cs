using Huatuo.Flow.Tracing;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class BackOffTests
{
    [Fact]
    public void Each_wait_is_twice_the_last_up_to_the_longest_until_it_goes_well()
    {
        var backOff = new BackOff();
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], Enumerable.Range(0, 11).Select(_ => (int)backOff.Next().TotalSeconds));
        backOff.Reset();
        Assert.Equal(TimeSpan.FromSeconds(1), backOff.Next());
    }
}
