using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Tests;
using static Huatuo.Tracers.Tests.ScriptedLinks;

namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>Messages of rtnetlink to documents, without a kernel.</summary>
public sealed class NetdevEventsTests
{
    private const int FlagsAt = 24, SequenceAt = 8;
    private static readonly Golden s_golden = new("Network/NetdevEvents");
    private readonly NetdevEventsOptions _options = new() { MaxEventsPerSecond = 0 };
    private bool _isReady;

    private async Task<(string[] Changes, TracerStand Stand)> Run(ScriptedLinks links)
    {
        TracerStand stand = await TracerStand.StartAsync(new NetdevEventsTracer(() => links), new Dictionary<string, IReadOnlyDictionary<uint, string>>(), _options);
        stand.Sink.All = [];
        await Assert.ThrowsAsync<EndOfStreamException>(() => stand.RunAsync(() => _isReady = true, CancellationToken.None));
        return ([.. stand.Sink.All.Select(Change)], stand);
    }

    private async Task<string[]> Changes(params byte[]?[] script)
    {
        (string[] changes, TracerStand stand) = await Run(new ScriptedLinks(script));
        await stand.DisposeAsync();
        return changes;
    }

    private static string Change(string document)
    {
        JsonElement data = JsonDocument.Parse(document).RootElement.GetProperty("tracer_data");
        string start = data.GetProperty("start").GetBoolean() ? " at start" : "";
        return $"{data.GetProperty("index")} {data.GetProperty("ifname")} {data.GetProperty("linkstatus").GetString()!["linkstatus_".Length..]}{start}";
    }

    [Fact]
    public async Task AnAnnouncementOfTheKernelBecomesItsDocument()
    {
        byte[] announced = s_golden.Record("carrier-down"), scanned = [.. announced];
        scanned[FlagsAt + 2] = 1;
        scanned[SequenceAt] = 1;
        _options.Devices = ["v*"];
        (_, TracerStand stand) = await Run(new ScriptedLinks([scanned, Done(1), announced]) { Drivers = name => name == "vleft" ? new DriverInfo("veth", "1.0", "") : null });
        await using TracerStand disposed = stand;
        string document = Assert.Single(stand.Sink.All!);
        Assert.Equal(s_golden.Text("carrier-down", ".json"), document);
        Assert.Equal(s_golden.Text("carrier-down", ".txt"), stand.Definition.FormatText(JsonDocument.Parse(document).RootElement));
    }

    [Fact]
    public async Task EachChangeOfADeviceIsOneEvent() => Assert.Equal(
        ["5 eth0 adminup", "5 eth0 carrierup", "5 wan carrierdown", "5 wan admindown", "5 wan adminup"],
        await Changes(
            Link(5, "eth0", 0, sequence: 1), Done(1),
            Link(5, "eth0", Up), Link(5, "eth0", Up), Link(5, "eth0", Up | LowerUp), Link(5, "wan", Up | LowerUp), Link(5, "wan", Up), Link(5, "wan", 0), Link(5, "wan", Up)));

    [Fact]
    public async Task WhatIsFoundAtFirstOrAddedIsNoEventAndWhatIsRemovedIsForgotten() => Assert.Equal(
        ["7 eth1 carrierup"],
        await Changes(
            Link(5, "eth0", Up | LowerUp, sequence: 1), Done(1),
            Link(5, "eth0", 0, type: NetlinkMessage.DelLink), Link(5, "eth0", Up), Link(7, "eth1", Up), Link(7, "eth1", Up | LowerUp)));

    [Fact]
    public async Task WhatIsAnnouncedAroundTheFirstScanIsSettledByAnother()
    {
        Assert.Equal(
            ["5 eth0 carrierdown"],
            await Changes(
                Link(5, "eth0", Up), Link(5, "eth0", Up | LowerUp, sequence: 1), Done(1),
                Link(5, "eth0", Up | LowerUp, sequence: 2), Done(2), Link(5, "eth0", Up)));
        Assert.True(_isReady);
    }

    [Fact]
    public async Task WhatWasQueuedBeforeALossIsOlderThanTheScan() => Assert.Equal(
        ["5 eth0 adminup at start", "5 eth0 carrierup"],
        await Changes(
            Link(5, "eth0", 0, sequence: 1), Done(1), null,
            Link(5, "eth0", 0), Link(5, "eth0", Up, sequence: 2), Done(2),
            Link(5, "eth0", Up, sequence: 3), Done(3), Link(5, "eth0", Up | LowerUp)));

    [Fact]
    public async Task TheLastWordsOfADeviceThatIsGoneDoNotKeepIt() => Assert.Empty(await Changes(
        Link(6, "eth1", 0, sequence: 1), Done(1), null, Link(6, "eth1", 0), Done(2), Done(3), Link(6, "eth1", Up)));

    [Fact]
    public async Task AfterALossAScanFindsWhatChanged()
    {
        (string[] changes, TracerStand stand) = await Run(new ScriptedLinks(
        [
            Link(5, "eth0", Up, sequence: 1), Link(6, "eth1", Up, sequence: 1), Done(1), null,
            Link(5, "eth0", Up | LowerUp, sequence: 2), Done(2),
            // Index 6 is another device by now.
            Link(6, "eth2", 0),
        ]));
        await using TracerStand disposed = stand;
        Assert.Equal(["5 eth0 carrierup at start"], changes);
        LedgerCounters counters = stand.Ledger.Kernel.Read();
        Assert.Equal((2UL, 1UL, 1UL), (counters.Hits, counters.Lost, counters.Submitted));
    }

    [Fact]
    public async Task ALossDuringAScanMakesAnotherAndOnlyThenIsItReady()
    {
        var ready = new List<bool>();
        IEnumerable<byte[]?> Script()
        {
            yield return null;
            yield return Done(1);
            ready.Add(_isReady);
            yield return Done(2);
            ready.Add(_isReady);
        }
        var links = new ScriptedLinks(Script());
        (_, TracerStand stand) = await Run(links);
        await stand.DisposeAsync();
        Assert.Equal(2U, links.Scans);
        Assert.Equal([false, true], ready);
    }

    [Fact]
    public async Task OnlyHardwareBondsAndTeamsAreWatchedUnlessNamed()
    {
        byte[]?[] script =
        [
            .. new (string Name, string Kind)[] { ("eth0", ""), ("bond0", "bond"), ("team0", "team"), ("veth1", "veth"), ("br0", "bridge") }
                .SelectMany((device, i) => new[] { Link(i + 2, device.Name, 0, kind: device.Kind), Link(i + 2, device.Name, Up, kind: device.Kind) }),
        ];
        Assert.Equal(["2 eth0 adminup", "3 bond0 adminup", "4 team0 adminup"], await Changes(script));
        _options.Devices = ["?eth*", "br0"];
        Assert.Equal(["5 veth1 adminup", "6 br0 adminup"], await Changes(script));
    }

    [Fact]
    public async Task WhatIsNotAboutADeviceIsNoEvent() => Assert.Empty(await Changes(
        Link(5, "eth0", 0), Link(5, "eth0", Up, family: 7), Link(5, "", Up), ScriptedLinks.Message(99, 0, [1, 2, 3])));

    [Fact]
    public async Task MalformedMessagesAreCounted()
    {
        (_, TracerStand stand) = await Run(new ScriptedLinks([[1, 2, 3], ScriptedLinks.Message(NetlinkMessage.NewLink, 0, [0]), ScriptedLinks.Message(NetlinkMessage.Done, 1, []), Link(0, "eth0", 0)]));
        await using TracerStand disposed = stand;
        Assert.Equal((4L, 4UL), (stand.Ledger.DecodeErrors, stand.Ledger.Kernel.Read().Submitted));
    }

    [Fact]
    public async Task ARefusedScanEndsTheRunWithTheKernelsReason()
    {
        var links = new ScriptedLinks([ScriptedLinks.Message(NetlinkMessage.Error, 1, [0xf0, 0xff, 0xff, 0xff])]);
        await using TracerStand stand = await TracerStand.StartAsync(new NetdevEventsTracer(() => links), new Dictionary<string, IReadOnlyDictionary<uint, string>>(), _options);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => stand.RunAsync(() => { }, CancellationToken.None));
        Assert.StartsWith("rtnetlink: ask for all devices: EBUSY", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangesAreCountedByDeviceAndDriver()
    {
        (_, TracerStand stand) = await Run(new ScriptedLinks([Link(5, "eth0", 0), Link(5, "eth0", Up), Link(5, "eth0", 0), Link(5, "eth0", Up)]) { Drivers = _ => new DriverInfo("e1000", "6.1", "0.13-4") });
        await using TracerStand disposed = stand;
        Assert.Equal(
            [
                "huatuo_netdev_events_linkstatus_total{device=eth0,state=admindown,driver=e1000,driver_version=6.1,firmware_version=0.13-4} 1",
                "huatuo_netdev_events_linkstatus_total{device=eth0,state=adminup,driver=e1000,driver_version=6.1,firmware_version=0.13-4} 2",
            ], CounterLines.Of(stand.Counters));
    }

    [Fact]
    public async Task RandomDatagramsAreDocumentsOrCounted()
    {
        _options.Devices = ["*"];
        byte[] message = s_golden.Record("carrier-down");
        IEnumerable<byte[]?> Script()
        {
            for (int seed = 0; seed < 4_000; seed++)
            {
                var random = new Random(seed);
                byte[] datagram = [.. message];
                // Most of it is statistics that nobody reads.
                for (int change = random.Next(8); change > 0; change--)
                    datagram[random.Next(random.Next(2) == 0 ? 64 : datagram.Length)] = (byte)random.Next(256);
                datagram[FlagsAt] = (byte)random.Next(2);
                // The kernel's own error ends the run, as it should.
                if (BitConverter.ToUInt16(datagram, 4) is not (NetlinkMessage.Error or NetlinkMessage.Done))
                    yield return random.Next(4) == 0 ? datagram[..random.Next(datagram.Length)] : datagram;
            }
        }
        (string[] changes, TracerStand stand) = await Run(new ScriptedLinks(Script()));
        await using TracerStand disposed = stand;
        Assert.NotEmpty(changes);
        Assert.NotEqual(0, stand.Ledger.DecodeErrors);
        Assert.Equal((long)stand.Ledger.Kernel.Read().Submitted, stand.Ledger.Decoded + stand.Ledger.DecodeErrors);
    }
}
