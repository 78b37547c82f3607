using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Huatuo.Profiling.Tests.Browser;

/// <summary>Chromium without a window, started for a test and ended with it. No name of a host leads anywhere in it.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium-headless-shell";

    private readonly string _folder;
    private readonly Process _process;
    private readonly Task _rest;
    private readonly Uri _tools;

    private Chromium(string folder, Process process, Uri tools)
    {
        (_folder, _process, _tools) = (folder, process, tools);
        // Nobody waits for what it says, but its pipe must not become full.
        _rest = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts it; skips the test when there is none.</summary>
    internal static async Task<Chromium> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "this machine lacks a browser (Debian: chromium-headless-shell)");
        string folder = Directory.CreateTempSubdirectory("huatuo-browser-").FullName;
        // Its sandbox refuses root.
        Process process = Process.Start(new ProcessStartInfo(
            Program, ["--no-sandbox", "--remote-debugging-port=0", $"--user-data-dir={folder}", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-unsafe-swiftshader", "--window-size=1280,800", "about:blank"])
        {
            RedirectStandardError = true,
            Environment = { ["HOME"] = folder, ["XDG_CACHE_HOME"] = folder, ["XDG_CONFIG_HOME"] = folder },
        })!;
        var said = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            if (Listens().Match(line) is { Success: true } match)
                return new Chromium(folder, process, new Uri($"http://127.0.0.1:{match.Groups[1].Value}/"));
            said.Add(line);
        }
        throw new InvalidOperationException($"{Program} ended: {string.Join('\n', said)}");
    }

    /// <summary>Opens a page and waits until it and what it asks for is loaded.</summary>
    /// <param name="address">Its address.</param>
    internal async Task<BrowserPage> OpenAsync(Uri address)
    {
        using var http = new HttpClient();
        using HttpResponseMessage answer = await http.PutAsync(new Uri(_tools, "json/new?about:blank"), null);
        JsonElement target = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return await BrowserPage.OpenAsync(new Uri(target.GetProperty("webSocketDebuggerUrl").GetString()!), address);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _rest;
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"^DevTools listening on ws://127\.0\.0\.1:([0-9]+)/")]
    private static partial Regex Listens();
}
