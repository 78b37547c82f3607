using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>The collectors against another program that reads the same files: what grows lies between two of its readings.</summary>
public sealed class NodeExporterTests
{
    // /proc/stat rounds each CPU's time to hundredths, and the sum of all on its own.
    private static readonly double s_rounding = 0.01 * (Environment.ProcessorCount + 1);

    [Fact]
    public async Task The_page_tells_what_node_exporter_tells()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path, "--set", "tracers.diskio.enabled=true");
        using var exporter = new NodeExporter();
        await exporter.ScrapeAsync();
        Scrape before = await exporter.ScrapeAsync(), ours = await agent.ScrapeAsync(), after = await exporter.ScrapeAsync();
        Dictionary<string, double> first = Values(before), second = Values(after);

        List<string> wrong = [];
        HashSet<string> compared = [];
        foreach (Sample sample in ours.Samples)
        {
            const double milli = 0.0011;
            if (NodeExporterNames.Growing(sample) is { } growing && first.TryGetValue(growing, out double low) && second.TryGetValue(growing, out double high))
                Check(sample, growing, low - milli, high + milli);
            if (NodeExporterNames.Static(sample) is { } same && first.TryGetValue(same, out double value))
                Check(sample, same, value, value);
        }
        foreach (string mode in (string[])["user", "nice", "system", "irq", "softirq", "steal"])
        {
            Sample time = ours.Samples.Single(sample => sample.Name == "huatuo_cpu_seconds_total" && sample.Labels["mode"] == mode);
            Check(time, $"node_cpu_seconds_total {mode}", OfMode(before, mode) - s_rounding, OfMode(after, mode) + s_rounding);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        string[] families =
        [
            "huatuo_context_switches_total", "huatuo_forks_total", "huatuo_interrupts_total", "huatuo_netdev_receive_bytes_total", "huatuo_diskio_read_bytes_total",
            "huatuo_netstat_events_total", "huatuo_vmstat_events_total", "huatuo_boot_time_seconds", "huatuo_filesystem_size_bytes", "huatuo_meminfo_bytes", "huatuo_cpu_seconds_total",
        ];
        Assert.Empty(families.Except(compared));

        void Check(Sample sample, string theirs, double low, double high)
        {
            compared.Add(sample.Name);
            if (!(sample.Value >= low && sample.Value <= high))
                wrong.Add($"{sample.Series} is {sample.Value}, {theirs} from {low} to {high}");
        }
    }

    private static Dictionary<string, double> Values(Scrape scrape) => scrape.Samples.ToDictionary(sample => sample.Series, sample => sample.Value);

    private static double OfMode(Scrape scrape, string mode) =>
        scrape.Samples.Where(sample => sample.Name == "node_cpu_seconds_total" && sample.Labels["mode"] == mode).Sum(sample => sample.Value);
}
