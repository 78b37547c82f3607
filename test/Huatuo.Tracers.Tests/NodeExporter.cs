using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Huatuo.Tracers.Tests;

/// <summary>What Prometheus's node exporter (Debian package prometheus-node-exporter) shows of a tree of proc and sys.</summary>
internal static partial class NodeExporter
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(120);

    /// <summary>Starts it, asks it once, and ends it.</summary>
    /// <param name="root">Where proc and sys are.</param>
    /// <param name="arguments">Which of its collectors.</param>
    /// <returns>Its page by series, <c>name{label="value",…}</c> with the labels in alphabetical order.</returns>
    internal static async Task<IReadOnlyDictionary<string, double>> ScrapeAsync(string root, params string[] arguments)
    {
        int port = FreePort();
        using Process process = Process.Start(new ProcessStartInfo(
            "prometheus-node-exporter",
            ["--collector.disable-defaults", $"--path.procfs={root}/proc", $"--path.sysfs={root}/sys", $"--web.listen-address=127.0.0.1:{port}", "--web.disable-exporter-metrics", "--log.level=error", .. arguments])
        {
            RedirectStandardError = true,
        })!;
        Task<string> said = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            return Parse(await AskAsync(process, port));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            TestContext.Current.TestOutputHelper?.WriteLine(await said);
        }
    }

    private static async Task<string> AskAsync(Process process, int port)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Guard && !process.HasExited)
        {
            try
            {
                return await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            }
        }
        throw new TimeoutException("prometheus-node-exporter does not answer");
    }

    private static Dictionary<string, double> Parse(string page)
    {
        Dictionary<string, double> series = [];
        foreach (string line in page.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            int end = line.LastIndexOf(' ');
            int brace = line.IndexOf('{', StringComparison.Ordinal);
            string name = brace < 0 ? line[..end] : $"{line[..brace]}{{{string.Join(',', Labels().Matches(line[brace..end]).Select(label => label.Value).Order(StringComparer.Ordinal))}}}";
            series.Add(name, double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture));
        }
        return series;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"\w+=""[^""]*""")]
    private static partial Regex Labels();
}
