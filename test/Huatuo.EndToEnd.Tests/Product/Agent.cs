using System.Net;
using System.Text.RegularExpressions;
using Huatuo.EndToEnd.Tests.Metrics;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>A running <c>huatuo agent</c> on a port of its own, with all that was scraped from it.</summary>
internal sealed partial class Agent : IAsyncDisposable
{
    private readonly List<Scrape> _scrapes = [];
    private readonly HttpClient _client;

    private Agent(HuatuoProcess process, string dataDir, Uri address)
    {
        Process = process;
        DataDir = dataDir;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero })
        {
            BaseAddress = address,
            Timeout = Eventually.Patience,
        };
    }

    public HuatuoProcess Process { get; }

    /// <summary>Where it serves.</summary>
    public Uri Address => _client.BaseAddress!;

    public string DataDir { get; }

    /// <summary>The file of the tracer.</summary>
    public StoredFile Stored => new(Path.Combine(DataDir, "events", "dropwatch.jsonl"));

    /// <summary>All scrapes, the oldest first.</summary>
    public IReadOnlyList<Scrape> Scrapes => _scrapes;

    /// <summary>Starts an agent and waits until its tracers have settled.</summary>
    public static Task<Agent> StartAsync(string dataDir, params string[] arguments) => StartAsync(new Launch(), dataDir, arguments);

    /// <inheritdoc cref="StartAsync(string, string[])"/>
    public static async Task<Agent> StartAsync(Launch launch, string dataDir, params string[] arguments)
    {
        var process = HuatuoProcess.Start(launch, ["agent", "--listen", "127.0.0.1:0", "--data-dir", dataDir, "--set", $"api.socket={dataDir}/huatuo.sock", .. arguments]);
        try
        {
            Uri address = await Eventually.GetAsync("the agent serves metrics", () =>
            {
                Assert.False(process.HasExited, process.Error.Text);
                return AddressLine().Match(process.Error.Text) is { Success: true } match ? new Uri(match.Groups[1].Value) : null;
            });
            var agent = new Agent(process, dataDir, address);
            await Eventually.HoldsAsync("the agent is ready", async () =>
            {
                Assert.False(process.HasExited, process.Error.Text);
                using HttpResponseMessage answer = await agent.GetAsync("/readyz");
                return answer.StatusCode == HttpStatusCode.NoContent;
            });
            return agent;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? accept = null, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Add("Authorization", "Bearer " + token);
        if (accept is not null)
            request.Headers.Add("Accept", accept);
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Scrapes, and asserts that no counter went back since the scrape before.</summary>
    public async Task<Scrape> ScrapeAsync()
    {
        using HttpResponseMessage answer = await GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Scrape scrape = Exposition.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        if (_scrapes.Count > 0)
            Assert.Empty(scrape.CountersBelow(_scrapes[^1]));
        _scrapes.Add(scrape);
        return scrape;
    }

    /// <summary>
    /// Scrapes until dropwatch's hook hits no more and nothing is under way, and returns the last scrape, without the other
    /// tracers: there are some whose hooks are never at rest.
    /// </summary>
    /// <param name="pending">Whether documents may still wait in the sinks.</param>
    public Task<Scrape> QuietAsync(bool pending = false) => Eventually.GetAsync("the flow is at rest", async () =>
    {
        Scrape before = (await ScrapeAsync()).Of("dropwatch");
        Scrape after = (await ScrapeAsync()).Of("dropwatch");
        bool rests = LedgerBalance.Terms.All(term => before.Sum(term) == after.Sum(term));
        bool arrived = after.Sum(LedgerBalance.Submitted) == after.Sum(LedgerBalance.Decoded) + after.Sum(LedgerBalance.DecodeErrors);
        return rests && arrived && (pending || after.Sum(LedgerBalance.Pending) == 0) ? after : null;
    });

    /// <summary>Ends it as an operator does.</summary>
    public async Task<Ending> StopAsync(int signal = Signal.Terminate)
    {
        Process.Signal(signal);
        return (await Process.EndAsync()).Expect(0);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Process.DisposeAsync();
    }

    [GeneratedRegex(@"metrics on (http://\S+)/metrics")]
    private static partial Regex AddressLine();
}
