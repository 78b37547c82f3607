using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Huatuo.EndToEnd.Tests.Metrics;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>A running node exporter (Debian package prometheus-node-exporter) with the collectors that read files of the kernel.</summary>
internal sealed class NodeExporter : IDisposable
{
    private static readonly string[] s_collectors = ["conntrack", "cpu", "diskstats", "filesystem", "meminfo", "netdev", "netstat", "pressure", "stat", "vmstat"];
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Eventually.Patience };
    private readonly Process _process;
    private readonly Uri _page;

    public NodeExporter()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _page = new Uri($"http://{free.LocalEndpoint}/metrics");
        }
        _process = Process.Start(
            "prometheus-node-exporter",
            [$"--web.listen-address={_page.Authority}", "--web.disable-exporter-metrics", "--log.level=error", "--collector.disable-defaults", .. s_collectors.Select(name => $"--collector.{name}")]);
    }

    /// <summary>What it tells now, once it answers.</summary>
    public async Task<Scrape> ScrapeAsync() => Exposition.Parse(await Eventually.GetAsync("node exporter answers", async () =>
    {
        Assert.False(_process.HasExited);
        try
        {
            return await _client.GetStringAsync(_page, TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }));

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _client.Dispose();
    }
}
