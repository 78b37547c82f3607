using Huatuo.Linux.Proc;

namespace Huatuo.Linux.Tests.Proc;

public sealed class PressureTriggerTests
{
    [Theory]
    [InlineData("some avg10=1.23 avg60=0.00 avg300=0.00 total=987\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n", 987L)]
    [InlineData("some avg10=0.00 avg60=0.00 avg300=0.00 total=0", 0L)]
    [InlineData("some avg10=0.00\nfull total=5\n", null)]
    [InlineData("some total=-1\n", null)]
    [InlineData("some total=99999999999999999999\n", null)]
    [InlineData("some total=\n", null)]
    [InlineData("", null)]
    public void The_sum_is_that_of_the_first_line(string content, long? total) => Assert.Equal(total, PressureTrigger.ParseTotalUs(content));
}
