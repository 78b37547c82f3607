using Huatuo.Bench.Site;

namespace Huatuo.Bench.Overhead;

/// <summary>Scrapes an agent as Prometheus does, until it is disposed of.</summary>
internal sealed class RegularScrape : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _scraping;

    internal RegularScrape(AgentProcess agent) => _scraping = Task.Run(() => ScrapeAsync(agent));

    /// <summary>How often it did.</summary>
    internal int Count { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _scraping;
        _stop.Dispose();
    }

    private async Task ScrapeAsync(AgentProcess agent)
    {
        try
        {
            for (; ; Count++)
            {
                await agent.ScrapeAsync(_stop.Token);
                await Task.Delay(s_interval, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }
}
