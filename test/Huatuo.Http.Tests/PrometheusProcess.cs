using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Huatuo.Http.Tests;

/// <summary>A Prometheus of its own that scrapes one address once a second.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _client;
    private readonly Task<string> _said;

    private PrometheusProcess(Process process, DirectoryInfo folder, int port)
    {
        _process = process;
        _folder = folder;
        _said = process.StandardError.ReadToEndAsync();
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Starts it; it answers when it is asked.</summary>
    public static async Task<PrometheusProcess> StartAsync(IPEndPoint target, params string[] arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("huatuo-prometheus-");
        string config = Path.Combine(folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, $"scrape_configs: [{{job_name: huatuo, scrape_interval: 1s, static_configs: [{{targets: ['{target}']}}]}}]\n", TestContext.Current.CancellationToken);
        int port = FreePort();
        Process process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={folder.FullName}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error", .. arguments])
        {
            RedirectStandardError = true,
        })!;
        return new PrometheusProcess(process, folder, port);
    }

    /// <summary>Asks until there is an answer of one sample.</summary>
    public async Task<double> AskAsync(string query)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TestServer.Guard)
        {
            Assert.False(_process.HasExited, _process.HasExited ? await _said : "");
            if (await TryAskAsync(query) is { } value)
                return value;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
        throw new TimeoutException($"no answer to {query}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        await _said;
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<double?> TryAskAsync(string query)
    {
        try
        {
            string answer = await _client.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken);
            JsonElement result = JsonElement.Parse(answer).GetProperty("data").GetProperty("result");
            return result.GetArrayLength() == 1 ? double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
