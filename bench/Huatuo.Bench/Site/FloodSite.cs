using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Site;

/// <summary>Two network namespaces, a veth pair between them, and a netfilter rule in the second that drops every SYN.</summary>
internal sealed class FloodSite : IAsyncDisposable
{
    private readonly NetworkNamespace _sender = NetworkNamespace.Create();
    private readonly NetworkNamespace _receiver = NetworkNamespace.Create();
    private readonly int? _softirqThread = ProcFigures.KernelThread("ksoftirqd/0");
    private Process? _owner;
    private Process? _flood;

    /// <summary>Builds it, with a process in the second namespace, as a container's has.</summary>
    internal static async Task<FloodSite> CreateAsync(BenchRun run)
    {
        string program = await NativeBuild.FloodAsync(run);
        var site = new FloodSite();
        try
        {
            await site.BuildAsync(run.Stop);
            site._owner = Command.Start(site._receiver.Inside("cat"));
            site._flood = Command.Start(site._sender.Inside(program, "veth0"));
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends at a rate (0: as fast as it goes) for a whole number of seconds of the monotonic clock.</summary>
    internal async Task<FloodFigures> SendAsync(int rate, TimeSpan time, CancellationToken stop)
    {
        long softirq = SoftirqNs();
        await _flood!.StandardInput.WriteLineAsync($"{rate} {(long)time.TotalMilliseconds}".AsMemory(), stop);
        await _flood.StandardInput.FlushAsync(stop);
        string answer = await _flood.StandardOutput.ReadLineAsync(stop)
            ?? throw new BenchException($"the generator ended: {await _flood.StandardError.ReadToEndAsync(stop)}");
        long[] words = [.. answer.Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
        return new FloodFigures(words[0], words[1] + SoftirqNs() - softirq, words[2]);
    }

    /// <summary>20 connections to a port whose SYNs are dropped, each given up after its first SYN was sent again (1 s).</summary>
    internal Task ConnectInVainAsync(CancellationToken stop) => Command.RunAsync(
        stop, _sender.Inside("bash", "-c", "for i in {1..20}; do timeout 1.5 bash -c '</dev/tcp/192.0.2.2/80' & done; wait; true"));

    public async ValueTask DisposeAsync()
    {
        foreach (Process? process in (Process?[])[_flood, _owner])
            if (process is not null)
            {
                process.StandardInput.Close();
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
        _sender.Dispose();
        _receiver.Dispose();
    }

    private async Task BuildAsync(CancellationToken stop)
    {
        await Command.RunAsync(stop, _sender.Inside("ip", "link", "add", "veth0", "address", "02:00:00:00:00:01", "type", "veth", "peer", "name", "veth1", "address", "02:00:00:00:00:02"));
        await Command.RunAsync(stop, _sender.Inside("ip", "link", "set", "veth1", "netns", _receiver.Reference));
        await Command.RunAsync(stop, _sender.Inside("ip", "address", "add", "192.0.2.1/24", "dev", "veth0"));
        await Command.RunAsync(stop, _sender.Inside("ip", "link", "set", "veth0", "up"));
        await Command.RunAsync(stop, _receiver.Inside("ip", "address", "add", "192.0.2.2/24", "dev", "veth1"));
        await Command.RunAsync(stop, _receiver.Inside("ip", "link", "set", "veth1", "up"));
        await Command.RunAsync(stop, _receiver.Inside("nft", "add", "table", "ip", "bench"));
        await Command.RunAsync(stop, _receiver.Inside("nft", "add", "chain", "ip", "bench", "input", "{ type filter hook input priority 0; }"));
        await Command.RunAsync(stop, _receiver.Inside("nft", "add", "rule", "ip", "bench", "input", "tcp", "dport", "80", "drop"));
    }

    private long SoftirqNs() => _softirqThread is { } pid ? ProcFigures.CpuNs(pid) : 0;
}

/// <summary>One flood.</summary>
/// <param name="Packets">How many were sent.</param>
/// <param name="CpuNs">
/// CPU time of the sender, in whose system calls the receiving side runs to the drop and its tracepoint, and of CPU 0's
/// softirq thread, where it runs under overload. A kernel with CONFIG_IRQ_TIME_ACCOUNTING counts softirqs elsewhere.
/// </param>
/// <param name="WallNs">How long it took.</param>
internal readonly record struct FloodFigures(long Packets, long CpuNs, long WallNs)
{
    internal double CpuNsPerPacket => (double)CpuNs / Packets;
}
