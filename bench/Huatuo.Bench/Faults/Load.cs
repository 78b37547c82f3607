using Huatuo.Bench.Site;

namespace Huatuo.Bench.Faults;

/// <summary>Numbered packets that are dropped, all the time.</summary>
internal sealed class Load : IAsyncDisposable
{
    /// <summary>Packets a second.</summary>
    internal const int Rate = 500;

    private readonly CancellationTokenSource _end = new();
    private readonly Task<long> _sending;

    internal Load(FloodSite site, CancellationToken stop) => _sending = SendAsync(site, stop);

    /// <summary>Ends it.</summary>
    /// <returns>How many were sent.</returns>
    internal async Task<long> EndAsync()
    {
        await _end.CancelAsync();
        return await _sending;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task<long> SendAsync(FloodSite site, CancellationToken stop)
    {
        long sent = 0;
        while (!_end.IsCancellationRequested)
            sent += (await site.SendAsync(Rate, TimeSpan.FromSeconds(1), stop)).Packets;
        return sent;
    }
}
