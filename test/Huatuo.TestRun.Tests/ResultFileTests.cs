namespace Huatuo.TestRun.Tests;

public sealed class ResultFileTests
{
    [Fact]
    public void ReadsEveryOutcome()
    {
        var tests = Read("""
            <assemblies><assembly name="A" total="4"><errors/><collection>
              <test name="A.passes" result="Pass" time="0.25"/>
              <test name="A.fails" result="Fail" time="1.5">
                <failure exception-type="Xunit.Sdk.EqualException"><message><![CDATA[1 is not 2]]></message><stack-trace>at A.fails()</stack-trace></failure>
                <output>one
            two</output>
              </test>
              <test name="A.skips" result="Skip" time="0"><reason>no such hook</reason></test>
              <test name="A.waits" result="NotRun" time="0"/>
            </collection></assembly></assemblies>
            """);

        Assert.Equal(
        [
            new TestRecord("P", "A.passes", Outcome.Passed, TimeSpan.FromSeconds(0.25), ""),
            new TestRecord("P", "A.fails", Outcome.Failed, TimeSpan.FromSeconds(1.5), "1 is not 2\nat A.fails()\noutput:\none\ntwo"),
            new TestRecord("P", "A.skips", Outcome.Skipped, TimeSpan.Zero, "no such hook"),
            new TestRecord("P", "A.waits", Outcome.Skipped, TimeSpan.Zero, "it is explicit and was not asked for"),
        ], tests);
    }

    [Fact]
    public void ReadsWhatATestSawOfTracers()
    {
        var test = Assert.Single(Read("""
            <assemblies><assembly><collection>
              <test name="A" result="Pass" time="1"><attachments>
                <attachment name="observed 1"><![CDATA[oom	2	1	0	0
            ras AER	1	1	3	0]]></attachment>
                <attachment name="picture"><![CDATA[x]]></attachment>
                <attachment name="observed 2"><![CDATA[oom	1	1	0	0]]></attachment>
              </attachments></test>
            </collection></assembly></assemblies>
            """));

        Assert.Equal([new("oom", 2, 1, 0, 0), new("ras AER", 1, 1, 3, 0), new("oom", 1, 1, 0, 0)], test.Observed);
    }

    [Fact]
    public void AnErrorOutsideOfTestsIsAFailedTest()
    {
        var tests = Read("""
            <assemblies><assembly><errors>
              <error type="test-class-cleanup" name="A"><failure exception-type="X"><message>left a namespace behind</message></failure></error>
              <error type="fatal"><failure exception-type="Y"/></error>
            </errors></assembly></assemblies>
            """);

        Assert.Equal(
        [
            new TestRecord("P", "(test-class-cleanup) A", Outcome.Failed, TimeSpan.Zero, "left a namespace behind"),
            new TestRecord("P", "(fatal)", Outcome.Failed, TimeSpan.Zero, "Y"),
        ], tests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<assemblies><assembly><collection><test name=\"A\" result=\"Pass\"")]
    [InlineData("<html/>")]
    [InlineData("<assemblies><test result=\"Pass\"/></assemblies>")]
    [InlineData("<assemblies><test name=\"A\"/></assemblies>")]
    [InlineData("<assemblies><test name=\"A\" result=\"Maybe\"/></assemblies>")]
    public void AnythingElseIsRefused(string text) => Assert.Throws<InvalidDataException>(() => Read(text));

    private static IReadOnlyList<TestRecord> Read(string xml)
    {
        using var text = new StringReader(xml);
        return ResultFile.Read("P", text);
    }
}
