using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Tests;
using static Huatuo.Tracers.Tests.ScriptedLinks;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>The kernel's own text of a bond, and what is made of its changes, without a kernel.</summary>
public sealed class LacpTests
{
    private const string Partner = "02:00:00:00:01:02";
    private static readonly Golden s_golden = new("Network/Lacp");
    private static readonly byte[] s_wake = Link(3, "s1", Up, masterKind: "bond");

    public static TheoryData<string> Kernels => ["5.10", "6.1", "6.12", "7.3"];

    // Two ports; the other side of the second was switched off.
    private static string OnePort => s_golden.Text("bond-6.12", ".txt");

    private static string TwoPorts => OnePort.Replace("port state: 15", "port state: 63", StringComparison.Ordinal).Replace("MII Status: down", "MII Status: up", StringComparison.Ordinal);

    private static async Task<(string[] Changes, TracerStand Stand)> Run(Func<TracerStand, IEnumerable<byte[]?>> script)
    {
        TracerStand? stand = null;
        stand = await TracerStand.StartAsync(new LacpTracer(() => new ScriptedLinks(script(stand!)), null), new Dictionary<string, IReadOnlyDictionary<uint, string>>());
        stand.Sink.All = [];
        await Assert.ThrowsAsync<EndOfStreamException>(() => stand.RunAsync(() => { }, CancellationToken.None));
        return ([.. stand.Sink.All.Select(Change)], stand);
    }

    private static async Task<string[]> Changes(Func<TracerStand, IEnumerable<byte[]?>> script)
    {
        (string[] changes, TracerStand stand) = await Run(script);
        await stand.DisposeAsync();
        return changes;
    }

    private static void Write(TracerStand stand, string text, string bond = "bond0") => stand.Proc.Write($"net/bonding/{bond}", text);

    [Fact]
    public void APortWithoutALinkHasNoPartnerWhateverItsState()
    {
        string text = s_golden.Text("bond-7.3", ".txt").Replace("port state: 15", "port state: 63", StringComparison.Ordinal);
        Assert.Equal([(63, Partner), (63, null)], Bond.TryParse("bond0", text)!.Ports.Select(port => (port.ActorState, port.Partner)));
    }

    private static string Change(string document)
    {
        JsonElement data = JsonDocument.Parse(document).RootElement.GetProperty("tracer_data");
        return $"{data.GetProperty("bond")} {data.GetProperty("slave")} {data.GetProperty("status")} {data.GetProperty("partner_mac")} {data.GetProperty("ports_aggregated")}/{data.GetProperty("ports")}";
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void TheTextOfEveryKernelIsRead(string kernel)
    {
        string text = s_golden.Text("bond-" + kernel, ".txt");
        Bond bond = Assert.IsType<Bond>(Bond.TryParse("bond0", text));
        Assert.Equal(
            [
                new BondPort("s0") { MiiStatus = "up", AggregatorId = 1, PartnerMac = Partner, ActorState = 63, PartnerState = 63 },
                new BondPort("s1") { MiiStatus = "down", AggregatorId = 1, PartnerMac = Partner, ActorState = 15, PartnerState = 55 },
            ],
            bond.Ports);
        Assert.Equal([Partner, null], bond.Ports.Select(port => port.Partner));
        Assert.Equal(("bond0", text), (bond.Name, bond.Content));
    }

    [Fact]
    public async Task ALostPartnerBecomesItsDocument()
    {
        (_, TracerStand stand) = await Run(Script);
        await using TracerStand disposed = stand;
        string document = Assert.Single(stand.Sink.All!);
        Assert.Equal(s_golden.Text("lost", ".json"), document);
        Assert.Equal(s_golden.Text("lost", ".line"), stand.Definition.FormatText(JsonDocument.Parse(document).RootElement));
        Assert.Equal(["huatuo_lacp_changes_total{bond=bond0,status=lost} 1"], CounterLines.Of(stand.Counters));

        static IEnumerable<byte[]?> Script(TracerStand stand)
        {
            Write(stand, TwoPorts);
            return Rest();
            IEnumerable<byte[]?> Rest()
            {
                yield return Link(3, "eth0", Up);
                Write(stand, OnePort);
                yield return s_wake;
            }
        }
    }

    [Fact]
    public async Task LossesAndFindingsAreToldInOrderAndOnlyOnce()
    {
        Assert.Equal(
            [$"bond0 s0 gained {Partner} 2/2", $"bond0 s1 gained {Partner} 2/2", $"bond0 s1 lost {Partner} 1/2", $"bond0 s1 gained {Partner} 2/2"],
            await Changes(Script));

        static IEnumerable<byte[]?> Script(TracerStand stand)
        {
            yield return s_wake;
            Write(stand, TwoPorts);
            yield return s_wake;
            yield return s_wake;
            Write(stand, OnePort);
            yield return s_wake;
            Write(stand, TwoPorts);
            yield return s_wake;
        }
    }

    [Fact]
    public async Task WhatIsFoundAtFirstIsNoEvent()
    {
        using var proc = new Proc();
        proc.Write("net/bonding/bond0", TwoPorts);
        await using TracerStand stand = await TracerStand.StartAsync(
            new LacpTracer(() => new ScriptedLinks([s_wake]), Path.Combine(proc.Root, "net/bonding")), new Dictionary<string, IReadOnlyDictionary<uint, string>>());
        await Assert.ThrowsAsync<EndOfStreamException>(() => stand.RunAsync(() => { }, CancellationToken.None));
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task AnotherPartnerIsALossAndAFinding()
    {
        Assert.Equal(
            [$"bond0 s0 gained {Partner} 1/2", $"bond0 s0 lost {Partner} 1/2", "bond0 s0 gained 02:00:00:00:01:03 1/2"],
            await Changes(Script));

        static IEnumerable<byte[]?> Script(TracerStand stand)
        {
            Write(stand, OnePort);
            yield return s_wake;
            Write(stand, OnePort.Replace(Partner, "02:00:00:00:01:03", StringComparison.Ordinal));
            yield return s_wake;
        }
    }

    [Fact]
    public async Task AReleasedPortAndARemovedBondLoseTheirPartner()
    {
        Assert.Equal(
            [$"bond0 s0 gained {Partner} 2/2", $"bond0 s1 gained {Partner} 2/2", $"bond0 s1 lost {Partner} 1/1", $"bond0 s0 lost {Partner} 0/0"],
            await Changes(Script));

        static IEnumerable<byte[]?> Script(TracerStand stand)
        {
            Write(stand, TwoPorts);
            yield return s_wake;
            Write(stand, TwoPorts[..TwoPorts.IndexOf("\nSlave Interface: s1", StringComparison.Ordinal)]);
            yield return Link(4, "bond0", Up, kind: "bond");
            File.Delete(Path.Combine(stand.Proc.Root, "net/bonding/bond0"));
            yield return Link(4, "bond0", 0, type: NetlinkMessage.DelLink, kind: "bond");
        }
    }

    [Fact]
    public async Task ARenamedBondKeepsItsPartners()
    {
        Assert.Equal([$"bond0 s0 gained {Partner} 1/2"], await Changes(Script));

        static IEnumerable<byte[]?> Script(TracerStand stand)
        {
            Write(stand, OnePort);
            yield return s_wake;
            File.Delete(Path.Combine(stand.Proc.Root, "net/bonding/bond0"));
            Write(stand, OnePort, "uplink");
            yield return Link(4, "uplink", Up, kind: "bond");
        }
    }

    [Fact]
    public async Task AQueueThatRanOverIsALossAndALook()
    {
        (string[] changes, TracerStand stand) = await Run(Script);
        await using TracerStand disposed = stand;
        Assert.Equal([$"bond0 s0 gained {Partner} 1/2"], changes);
        LedgerCounters counters = stand.Ledger.Kernel.Read();
        Assert.Equal((2UL, 1UL, 1UL), (counters.Hits, counters.Lost, counters.Submitted));

        static IEnumerable<byte[]?> Script(TracerStand stand)
        {
            Write(stand, OnePort);
            yield return null;
        }
    }

    [Fact]
    public async Task MalformedMessagesAreCounted()
    {
        (_, TracerStand stand) = await Run(_ => [[1, 2, 3], Message(NetlinkMessage.NewLink, 0, [0])]);
        await using TracerStand disposed = stand;
        Assert.Equal((2L, 2UL), (stand.Ledger.DecodeErrors, stand.Ledger.Kernel.Read().Submitted));
    }

    [Fact]
    public async Task AKernelThatConcealsTheStateIsAnErrorAndNotALoss()
    {
        await using TracerStand stand = await TracerStand.StartAsync(new LacpTracer(() => new ScriptedLinks([]), null), new Dictionary<string, IReadOnlyDictionary<uint, string>>());
        string[] lines = OnePort.Split('\n');
        Write(stand, string.Join('\n', lines.Where(line => !line.StartsWith("details", StringComparison.Ordinal) && !line.StartsWith("    ", StringComparison.Ordinal))));
        IOException refused = await Assert.ThrowsAsync<IOException>(() => stand.RunAsync(() => { }, CancellationToken.None));
        Assert.EndsWith("bonding/bond0 does not tell LACP's state: run as root, or with CAP_NET_ADMIN", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherModesAndOtherTextsAreNoBonds()
    {
        Assert.Null(Bond.TryParse("bond0", ""));
        Assert.Null(Bond.TryParse("bond0", "Ethernet Channel Bonding Driver: v6.1\n\nBonding Mode: fault-tolerance (active-backup)\n\nSlave Interface: eth0\nMII Status: up\n"));
        Assert.Empty(Assert.IsType<Bond>(Bond.TryParse("bond0", "Bonding Mode: IEEE 802.3ad Dynamic link aggregation\n")).Ports);
        Assert.Null(Assert.Single(Bond.TryParse("bond0", "Bonding Mode: IEEE 802.3ad\nSlave Interface: eth0\nAggregator ID: N/A\n")!.Ports).AggregatorId);
    }

    [Fact]
    public void MutatedTextIsABondOrNone()
    {
        int bonds = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            char[] text = OnePort.ToCharArray();
            for (int change = random.Next(20); change >= 0; change--)
                text[random.Next(text.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 0x3000);
            if (Bond.TryParse("bond0", new string(text)[..random.Next(text.Length)]) is not { } bond)
                continue;
            bonds++;
            Assert.All(bond.Ports, port => Assert.DoesNotContain('\n', port.Slave));
        }
        Assert.InRange(bonds, 1000, 3000);
    }
}
