using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Site;

/// <summary>The agent as users run it, with data of its own.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly string _data;
    private readonly HttpClient _http;

    private AgentProcess(Process process, string data, int port)
    {
        _process = process;
        _data = data;
        _errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    internal int Pid => _process.Id;

    /// <summary>The file of dropwatch's events.</summary>
    internal string Events => EventsOf("dropwatch");

    /// <summary>The file of a tracer's events.</summary>
    internal string EventsOf(string tracer) => Path.Combine(_data, $"events/{tracer}.jsonl");

    /// <summary>How much dropwatch has stored; asking for it makes no packet.</summary>
    internal long StoredBytes => File.Exists(Events) ? new FileInfo(Events).Length : 0;

    /// <summary>From before the start to the first good answers.</summary>
    internal StartTimes Times { get; private set; }

    /// <summary>CPU time so far, in nanoseconds.</summary>
    internal long CpuNs => ProcFigures.CpuNs(Pid);

    internal long ResidentBytes => ProcFigures.ResidentBytes(Pid);

    /// <summary>Starts the program and waits until its tracers are attached.</summary>
    /// <param name="run">The run.</param>
    /// <param name="program">Which flavour.</param>
    /// <param name="set">Options, as after <c>--set</c>.</param>
    internal static async Task<AgentProcess> StartAsync(BenchRun run, string program, params string[] set)
    {
        string data = Path.Combine(run.Scratch, "data-" + Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(data);
        string config = Path.Combine(data, "huatuo.yaml");
        await File.WriteAllTextAsync(config, "{}\n", run.Stop);
        int port = FreePort();
        long started = Stopwatch.GetTimestamp();
        Process process = Command.Start([program, "agent", "--config", config, "--data-dir", data, "--listen", $"127.0.0.1:{port}", .. set.SelectMany(option => (string[])["--set", option])]);
        var agent = new AgentProcess(process, data, port);
        try
        {
            await agent.ListensAsync(port, started, run.Stop);
            TimeSpan metrics = await agent.AnsweredAsync("/metrics", started, run.Stop);
            TimeSpan attached = await agent.AnsweredAsync("/readyz", started, run.Stop);
            agent.Times = new StartTimes(metrics, attached);
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads where a tracer's events went, once nothing is under way any more.</summary>
    internal async Task<LedgerFigures> SettledLedgerAsync(CancellationToken stop, string tracer = "dropwatch")
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            var ledger = LedgerFigures.Parse(await _http.GetStringAsync("/metrics", stop), tracer);
            if (ledger.Residual == 0 && ledger.Pending == 0)
                return ledger;
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(10))
                throw new BenchException($"the ledger does not settle: {ledger}");
            await Task.Delay(20, stop);
        }
    }

    /// <summary>Scrapes it.</summary>
    internal Task<string> ScrapeAsync(CancellationToken stop) => _http.GetStringAsync("/metrics", stop);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _ = Libc.kill(Pid, Libc.SIGTERM);
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await _process.WaitForExitAsync(patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        _http.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Asks by bare system calls: an exception for each refusal would take the agent's CPUs from it.</summary>
    private async Task ListensAsync(int port, long started, CancellationToken stop)
    {
        while (!Libc.CanConnect(port))
        {
            await EndureAsync("a connection", started);
            await Task.Delay(1, stop);
        }
    }

    private async Task<TimeSpan> AnsweredAsync(string path, long started, CancellationToken stop)
    {
        while (true)
        {
            using HttpResponseMessage answer = await _http.GetAsync(path, stop);
            if (answer.IsSuccessStatusCode)
                return Stopwatch.GetElapsedTime(started);
            await EndureAsync(path, started);
            await Task.Delay(1, stop);
        }
    }

    private async Task EndureAsync(string what, long started)
    {
        if (_process.HasExited)
            throw new BenchException($"the agent ended with {_process.ExitCode}: {await _errors}");
        if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(120))
            throw new BenchException($"the agent does not answer {what}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>How long a start took.</summary>
/// <param name="Metrics">To the first answer with metrics.</param>
/// <param name="Attached">To all tracers attached.</param>
internal readonly record struct StartTimes(TimeSpan Metrics, TimeSpan Attached);
