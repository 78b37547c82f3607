namespace Huatuo.Flow.Tests;

public sealed class AgentLogTests
{
    [Theory]
    [InlineData(false, "huatuo: info: a\nhuatuo: warning: b c d\nhuatuo: error: \n")]
    [InlineData(true, "<6>a\n<4>b c d\n<3>\n")]
    public void AMessageIsALineWithItsLevel(bool journal, string expected)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var log = new AgentLog(output, journal);
        log.Info("a");
        log.Warn("b\nc\r\nd");
        log.Error("");
        Assert.Equal(expected, output.ToString());
    }
}
