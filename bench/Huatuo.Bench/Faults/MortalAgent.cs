using System.Diagnostics;
using System.Net.Sockets;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;
using Huatuo.Bench.Spool;

namespace Huatuo.Bench.Faults;

/// <summary>The agent as users run it, with all three sinks, on data that outlive it.</summary>
internal sealed class MortalAgent : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly HttpClient _http;

    private MortalAgent(Process process, int port)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
    }

    internal int Pid => _process.Id;

    /// <summary>What it wrote to its log; it has ended.</summary>
    internal Task<string> Log => _errors;

    /// <summary>Starts it, and does not wait.</summary>
    /// <param name="run">The run.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="server">The server of the remote sink.</param>
    /// <param name="prefix">What stands before the program.</param>
    /// <param name="set">Further options, as after <c>--set</c>.</param>
    internal static MortalAgent Start(BenchRun run, string data, Uri server, string[] prefix, params string[] set)
    {
        string config = Path.Combine(run.Scratch, "faults.yaml");
        File.WriteAllText(config, "{}\n");
        int port = BulkReceiver.FreePort();
        string[] options =
        [
            "api.socket=", "tracers.dropwatch.max_events_per_second=0", "tracers.dropwatch.addresses=192.0.2.0/24", "store.local.rotate_size=64GiB",
            "store.elasticsearch.enabled=true", $"store.elasticsearch.addresses={server}", "store.elasticsearch.spool_size=4GiB", .. set,
        ];
        return new MortalAgent(Command.Start([.. prefix, run.Program, "agent", "--config", config, "--data-dir", data, "--listen", $"127.0.0.1:{port}", .. options.SelectMany(option => (string[])["--set", option])]), port);
    }

    /// <summary>Waits until its tracers are attached.</summary>
    internal async Task ReadyAsync(CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        while (await TryGetAsync("/readyz", stop) is null)
        {
            if (_process.HasExited)
                throw new BenchException($"the agent ended with {_process.ExitCode}: {await _errors}");
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
                throw new BenchException("the agent does not get ready");
            await Task.Delay(20, stop);
        }
    }

    /// <summary>The ledger by sink; null when it does not answer.</summary>
    internal async Task<Dictionary<string, LedgerFigures>?> TryLedgersAsync(CancellationToken stop) =>
        await TryGetAsync("/metrics", stop) is { } page ? FaultsBench.Sinks.ToDictionary(sink => sink, sink => LedgerFigures.Parse(page, "dropwatch", sink)) : null;

    /// <summary>The ledgers of all sinks, once nothing changes any more.</summary>
    /// <param name="pending">Whether events may still wait in sinks that cannot write.</param>
    /// <param name="stop">Gives up.</param>
    internal async Task<Dictionary<string, LedgerFigures>> SettledAsync(bool pending, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        Dictionary<string, LedgerFigures> before = [];
        while (true)
        {
            // Other packets are dropped on the machine too, and filtered.
            var now = (await TryLedgersAsync(stop) ?? []).ToDictionary(ledger => ledger.Key, ledger => ledger.Value with { Hits = ledger.Value.Hits - ledger.Value.Filtered, Filtered = 0 });
            if (now.Count > 0 && now.All(ledger => ledger.Value.Residual == 0 && (pending || ledger.Value.Pending == 0) && before.GetValueOrDefault(ledger.Key) == ledger.Value))
                return now;
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(5))
                throw new BenchException($"the ledgers do not settle: {string.Join("; ", now.Values)}");
            before = now;
            await Task.Delay(500, stop);
        }
    }

    /// <summary>Ends it as a crash does.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it as an operator does.</summary>
    internal async Task StopAsync(CancellationToken stop)
    {
        _ = Libc.kill(_process.Id, Libc.SIGTERM);
        await _process.WaitForExitAsync(stop);
        if (_process.ExitCode != 0)
            throw new BenchException($"the agent ended with {_process.ExitCode}: {await _errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<string?> TryGetAsync(string path, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(path, stop);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(stop) : null;
        }
        catch (Exception fault) when (fault is HttpRequestException or SocketException or IOException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return null;
        }
    }
}
