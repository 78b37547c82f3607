using System.Text;
using Huatuo.Agent.Cli;

namespace Huatuo.Agent.Tests;

/// <summary>The lines that <c>huatuo events</c> prints.</summary>
public sealed class EventPrinterTests
{
    // A process chooses its name and its arguments: here they would colour a terminal, set its title, and begin another line.
    private const string Document = """{"observed_timestamp":"2026-11-23T07:10:00Z","tracer_name":"oom","container_id":"\u009b5m","tracer_data":{"comm":"\u001b[31mred\n","pid":7,"victim":"a\u001b]0;title\u0007b","x\u001bc":"c\r\nd","count":3}}""";

    [Fact]
    public void Nothing_of_an_event_steers_the_terminal()
    {
        string[] lines = Printed(json: false).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.DoesNotContain(lines, line => line.Any(char.IsControl));
        Assert.EndsWith("  \ufffd5m           \ufffd[31mred\ufffd[7]              victim=a\ufffd]0;title\ufffdb x\ufffdc=c d count=3", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void As_json_it_is_what_was_stored() => Assert.Equal(Document + "\n", Printed(json: true));

    private static string Printed(bool json)
    {
        using var output = new MemoryStream();
        var printer = new EventPrinter(output, json);
        printer.Print(Encoding.UTF8.GetBytes(Document));
        printer.Flush();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
