using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Huatuo.Docs.Tests.Sections;
using Huatuo.Flow.Metrics;

namespace Huatuo.Docs.Tests.Deploy;

/// <summary>What deploy/ ships for Prometheus and Grafana. Needs promtool (Debian package prometheus).</summary>
public sealed partial class DeployTests
{
    private const string Prometheus = "deploy/prometheus";
    private const string Grafana = "deploy/grafana/dashboards";

    private static readonly Lazy<IReadOnlyDictionary<string, IReadOnlyList<string>>> Series = new(() => MetricTables.All.Values
        .SelectMany(families => families).SelectMany(Expand).Append((Name: "up", Labels: (IReadOnlyList<string>)[])).ToDictionary(one => one.Name, one => one.Labels));

    public static TheoryData<string> Dashboards => [.. Files(Grafana, "*.json")];

    [Fact]
    public Task RulesAreRules() => PromtoolAsync("check", "config", $"{Prometheus}/prometheus.yml");

    [Fact]
    public Task EveryRuleFiresWhenItShouldAndOnlyThen() => PromtoolAsync("test", "rules", $"{Prometheus}/huatuo-alerts.test.yml");

    [Fact]
    public void EveryRuleHasATest()
    {
        string tests = Repository.Read($"{Prometheus}/huatuo-alerts.test.yml");
        Assert.All(Alert().Matches(Rules()).Select(alert => alert.Groups["name"].Value), alert =>
        {
            Assert.Contains($"alertname: {alert}\n", tests, StringComparison.Ordinal);
            Assert.Contains($"alertname: {alert}, exp_alerts: []", tests, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void RulesAskForWhatThePageHas() =>
        Assert.Empty(Expression().Matches(Rules()).SelectMany(rule => Query.Faults(rule.Groups["text"].Value, Series.Value)));

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void ADashboardAsksForWhatThePageHas(string file)
    {
        using JsonDocument dashboard = JsonDocument.Parse(Repository.Read(file));
        string[] expressions = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
        Assert.NotEmpty(expressions);
        Assert.Empty(expressions.SelectMany(expression => Query.Faults(expression, Series.Value)));
    }

    [Theory]
    [InlineData("rate(huatuo_nothing_total[5m])", "there is no huatuo_nothing_total")]
    [InlineData("""huatuo_events_hits_total{trcer="oom"}""", "huatuo_events_hits_total has no label trcer")]
    [InlineData("sum by (colour) (huatuo_events_hits_total)", "groups by colour, which nothing there has")]
    [InlineData("1 + 1", "asks for nothing of huatuo")]
    public void AFaultIsNoticed(string expression, string fault) =>
        Assert.Equal($"{expression}: {fault}", Assert.Single(Query.Faults(expression, Series.Value)));

    private static string Rules() => Repository.Read($"{Prometheus}/huatuo-alerts.yml");

    private static IEnumerable<(string Name, IReadOnlyList<string> Labels)> Expand(RecordedFamily family) => family.Kind == MetricKind.Histogram
        ? [(family.Name, family.Labels), (family.Name + "_bucket", [.. family.Labels, "le"]), (family.Name + "_sum", family.Labels), (family.Name + "_count", family.Labels)]
        : [(family.Name, family.Labels)];

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern).Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal);

    private static async Task PromtoolAsync(params string[] arguments)
    {
        using Process promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(promtool.ExitCode == 0, await output + errors);
    }

    [GeneratedRegex(@"- alert: (?<name>\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"expr: (?<text>.+)")]
    private static partial Regex Expression();
}
