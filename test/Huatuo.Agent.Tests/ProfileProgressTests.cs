using Huatuo.Agent.Runtime;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Tests;

/// <summary>The line that tells how far a profile is.</summary>
public sealed class ProfileProgressTests
{
    private const string Erase = "\r\u001b[K";

    [Fact]
    public void A_line_is_written_over_and_is_gone_in_the_end()
    {
        var terminal = new StringWriter();
        using (var progress = new ProfileProgress(terminal))
        {
            var told = new CaptureProgress("offcpu", TimeSpan.FromSeconds(2.1), TimeSpan.FromSeconds(10), 7, "waits");
            progress.Show(told);
            progress.Show(told with { IsOver = true });
        }
        Assert.Equal($"{Erase}huatuo: offcpu 2 of 10 s, 7 waits{Erase}{Erase}", terminal.ToString());
    }
}
