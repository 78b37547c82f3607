using Huatuo.Agent.Configuration;
using Huatuo.Flow;
using Huatuo.Http.Api;

namespace Huatuo.Agent.Runtime;

/// <summary>
/// Looks at the configuration file from time to time, and has it read when it is another than was read last and was the same twice:
/// a file that is being written is left alone. It compares content and not names or times, so that it does not matter how a file
/// is put in the place of another. A file that is empty or away is none that anybody wants.
/// </summary>
/// <param name="content">The file.</param>
/// <param name="interval">Between two looks.</param>
/// <param name="taken">The digest of what was read last.</param>
/// <param name="reload">Reads the file.</param>
/// <param name="failed">Counts a look that ended with an error that nobody expects; the next one comes as if it had not.</param>
/// <param name="log">Where to tell what happens.</param>
/// <param name="time">Time.</param>
internal sealed class ConfigWatch(ConfigContent content, TimeSpan interval, Func<string?> taken, Func<Task<ReloadOutcome>> reload, Action failed, AgentLog log, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private string? _seen;
    private bool _missed;
    private string? _told;

    /// <summary>Looks from now on, ten times a second at most; with an interval of zero never.</summary>
    internal void Begin()
    {
        if (interval > TimeSpan.Zero)
            _watching = WatchAsync(interval > Shortest ? interval : Shortest);
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync()
    {
        string? before = _seen;
        _seen = content.Digest();
        if (_seen is null)
        {
            if (before is null && taken() is not null && !_missed)
                log.Warn($"{content.Path} is empty, away or cannot be read; the configuration stays as it is");
            _missed |= before is null;
            return;
        }
        _missed = false;
        if (_seen != before || _seen == taken())
            return;
        log.Info($"{content.Path} has changed");
        await reload().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(TimeSpan period)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
                await LookOrTellAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task LookOrTellAsync()
    {
        try
        {
            await LookAsync().ConfigureAwait(false);
            _told = null;
        }
        catch (Exception fault)
        {
            failed();
            string what = $"{fault.GetType().Name}: {fault.Message}";
            if (what != _told)
                log.Error($"looking at {content.Path} failed: {what}; it is looked at again");
            _told = what;
        }
    }
}
