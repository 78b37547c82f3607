namespace Huatuo.Flow.Tests;

public sealed class AgentLogTests
{
    [Theory]
    [InlineData(false, "huatuo: info: a\nhuatuo: warning: b c d\nhuatuo: error: \ufffd[31me \ufffd\n")]
    [InlineData(true, "<6>a\n<4>b c d\n<3>\ufffd[31me \ufffd\n")]
    public void AMessageIsALineWithItsLevel(bool journal, string expected)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var log = new AgentLog(output, journal);
        log.Info("a");
        log.Warn("b\nc\r\nd");
        log.Error("\u001b[31me\u0085\0");
        Assert.Equal(expected, output.ToString());
    }
}
