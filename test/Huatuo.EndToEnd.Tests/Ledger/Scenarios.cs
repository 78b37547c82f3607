using System.Net.Sockets;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests.Ledger;

/// <summary>What can happen to events, each played once, when the first test asks for it.</summary>
public sealed class Scenarios : IDisposable
{
    /// <summary>The rule of <see cref="Ignoring"/>.</summary>
    internal const string Rule = "blocked_port";

    private const string Unlimited = "tracers.dropwatch.max_events_per_second=0";

    private readonly NetworkPair _network = new();
    private readonly Lazy<Task<Outcome>> _flood;
    private readonly Lazy<Task<Outcome>> _ringStopped;
    private readonly Lazy<Task<Outcome>> _perfStopped;
    private readonly Lazy<Task<Outcome>> _fullDisk;
    private readonly Lazy<Task<Outcome>> _ignoring;

    public Scenarios()
    {
        _flood = new(FloodAsync);
        _ringStopped = new(() => StoppedReaderAsync("ringbuf"));
        _perfStopped = new(() => StoppedReaderAsync("perf"));
        _fullDisk = new(FullDiskAsync);
        _ignoring = new(IgnoringAsync);
    }

    /// <summary>A flood far over the limit, and packets that the filter does not want.</summary>
    internal Task<Outcome> Flood => _flood.Value;

    /// <summary>A reader stopped for two seconds of flood, and some drops after that.</summary>
    internal Task<Outcome> StoppedReader(string transport) => transport == "perf" ? _perfStopped.Value : _ringStopped.Value;

    /// <summary>A disk that is full, and then is not.</summary>
    internal Task<Outcome> FullDisk => _fullDisk.Value;

    /// <summary>A rule that ignores what netfilter drops, and other drops.</summary>
    internal Task<Outcome> Ignoring => _ignoring.Value;

    /// <summary>Plays all of them, one after the other: two floods at a time would be each other's noise.</summary>
    /// <returns>Every scrape of a flow at rest.</returns>
    internal async Task<Scrape[]> RestsAsync()
    {
        List<Scrape> rests = [];
        foreach (Lazy<Task<Outcome>> scenario in (Lazy<Task<Outcome>>[])[_flood, _ringStopped, _perfStopped, _fullDisk, _ignoring])
            rests.AddRange((await scenario.Value).Rests);
        return [.. rests];
    }

    public void Dispose() => _network.Dispose();

    private async Task<Outcome> FloodAsync()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path, _network.OnlyHere);
        using Flood tcp = _network.Flood();
        using Flood udp = _network.Flood(ProtocolType.Udp);
        for (int i = 0; i < 60; i++)
        {
            tcp.Send(1000);
            udp.Send(50);
            await agent.ScrapeAsync();
        }
        return new Outcome([await agent.QuietAsync()], tcp.Sent + udp.Sent, agent.Stored.Documents().Count);
    }

    private async Task<Outcome> StoppedReaderAsync(string transport)
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path,
            [.. _network.OnlyHere, "--set", Unlimited, "--set", "tracers.dropwatch.ring_bytes=16KiB", "--set", $"tracers.dropwatch.transport={transport}"]);
        using Flood flood = _network.Flood();
        flood.Send(5);
        await agent.QuietAsync();
        agent.Process.Signal(Signal.Stop);
        await flood.SendAsync(4000, perSecond: 2000, CancellationToken.None);
        agent.Process.Signal(Signal.Continue);
        await agent.QuietAsync();
        // What a perf ring has lost is told before the next record that finds room on that CPU.
        await flood.SendAsync(100, perSecond: 200, CancellationToken.None);
        return new Outcome([await agent.QuietAsync()], flood.Sent, agent.Stored.Documents().Count);
    }

    private async Task<Outcome> FullDiskAsync()
    {
        using var disk = new SmallDisk(kib: 8192);
        await using Agent agent = await Agent.StartAsync(disk.Path, [.. _network.OnlyHere, "--set", Unlimited, "--set", "store.local.queue_bytes=256KiB", "--set", "store.sqlite.queue_bytes=64KiB"]);
        disk.Load(kib: 7680);
        using Flood flood = _network.Flood();
        await flood.SendAsync(1000, perSecond: 1000, CancellationToken.None);
        Scrape full = await agent.QuietAsync(pending: true);
        Assert.True(agent.Stored.Documents().Count >= full.Local(LedgerBalance.Stored));

        disk.Unload();
        Scrape freed = await agent.QuietAsync();
        await flood.SendAsync(50, perSecond: 1000, CancellationToken.None);
        Scrape after = await agent.QuietAsync();
        return new Outcome([full, freed, after], flood.Sent, agent.Stored.Documents().Count);
    }

    private async Task<Outcome> IgnoringAsync()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("huatuo.yaml", $"""
            rules:
              - name: {Rule}
                tracer: dropwatch
                when:
                  - field: layers.tcp.dport
                    is: {NetworkPair.BlockedPort}
            """);
        await using Agent agent = await Agent.StartAsync(folder.Path, ["--config", file, .. _network.OnlyHere, "--set", Unlimited]);
        using Flood flood = _network.Flood();
        flood.Send(120);
        for (int port = 5001; port <= 5010; port++)
            _network.ConnectToClosed(port);
        return new Outcome([await agent.QuietAsync()], flood.Sent, agent.Stored.Documents().Count);
    }
}
