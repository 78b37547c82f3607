using System.Diagnostics;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>The live page. Needs promtool (Debian package prometheus).</summary>
public sealed class MetricsTests
{
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0";

    [Fact]
    public async Task The_page_passes_the_linter_of_Prometheus_during_a_flood()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(folder.Path, network.OnlyHere);
        using Flood flood = network.Flood();
        using var enough = new CancellationTokenSource();
        Task flooding = flood.SendAsync(100_000, perSecond: 10_000, enough.Token);
        await Eventually.HoldsAsync("the flood is counted", async () => (await agent.ScrapeAsync()).Sum(LedgerBalance.RateLimited) > 0);
        (string type, string page) = await GetAsync(agent, "text/plain;version=0.0.4");
        (string openType, string openPage) = await GetAsync(agent, OpenMetrics);
        await enough.CancelAsync();
        await flooding;

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", type);
        Assert.Equal("0:", await LintAsync(page));
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", openType);
        Assert.EndsWith("\n# EOF\n", openPage, StringComparison.Ordinal);
        // The linter reads the text format only; the samples of both are the same.
        Assert.Equal(SamplesOf(page), SamplesOf(openPage));
    }

    // Those whose series do not come and go with what the machine does meanwhile.
    private static IEnumerable<string> SamplesOf(string page) =>
        page.Split('\n').Where(line => line.StartsWith("huatuo_events_", StringComparison.Ordinal) || line.StartsWith("huatuo_tracer_", StringComparison.Ordinal))
            .Select(line => line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal);

    private static async Task<(string Type, string Page)> GetAsync(Agent agent, string accept)
    {
        using HttpResponseMessage answer = await agent.GetAsync("/metrics", accept);
        return ($"{answer.Content.Headers.ContentType}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string> LintAsync(string page)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        Task<string> complaints = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.StandardInput.WriteAsync(page);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        return $"{promtool.ExitCode}:{await complaints}";
    }
}
