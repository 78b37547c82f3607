using Huatuo.Flow.Enrich;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>
/// One run of <c>lacp</c>. The kernel announces every port that starts or ends to carry traffic
/// (<c>bond_set_slave_state</c>, <c>include/net/bonding.h</c>; seen from 5.10 on); what became of it is read from the bonds' files and compared with before.
/// </summary>
internal sealed class LacpRun(TracerCounters counters, Func<ILinkSource> open, BondFolder folder) : ISourceTracer
{
    // A port whose link is gone is announced before LACP, ten times a second, takes notice; nothing is announced then.
    private static readonly TimeSpan[] s_looks = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    // By the slave's name: a slave has one bond, and a bond may be renamed.
    private readonly Dictionary<string, Aggregated> _aggregated = [];

    public async Task RunAsync(SourceTracerRun run, CancellationToken stop)
    {
        using ILinkSource links = open();
        byte[] buffer = new byte[ILinkSource.DatagramBytes];
        foreach (LacpChange change in Changes())
            _aggregated[change.Slave] = new Aggregated(change.BondName, change.Partner);
        run.Ready();
        for (int look = s_looks.Length; ;)
        {
            Task<int> receiving = links.ReceiveAsync(buffer, stop).AsTask();
            look = await LookAsync(run, receiving, look, stop).ConfigureAwait(false);
            int length = await receiving.ConfigureAwait(false);
            if (length < 0)
                run.Lose(1);
            if (length >= 0 && !IsAboutBond(buffer.AsSpan(0, length), run))
                continue;
            Tell(run);
            look = 0;
        }
    }

    /// <summary>Looks again until something is announced.</summary>
    /// <param name="run">The run.</param>
    /// <param name="receiving">Completes when something is.</param>
    /// <param name="look">How many looks there were since the last announcement that mattered.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>How many there are now.</returns>
    private async Task<int> LookAsync(SourceTracerRun run, Task receiving, int look, CancellationToken stop)
    {
        while (look < s_looks.Length && await Task.WhenAny(receiving, run.Delay(s_looks[look], stop)).ConfigureAwait(false) != receiving)
        {
            stop.ThrowIfCancellationRequested();
            Tell(run);
            look++;
        }
        return look;
    }

    private void Tell(SourceTracerRun run)
    {
        foreach (LacpChange change in Changes())
        {
            if (change.IsGained)
                _aggregated[change.Slave] = new Aggregated(change.BondName, change.Partner);
            else
                _aggregated.Remove(change.Slave);
            counters.Add(LacpTracer.Changes, 1, change.BondName, change.Status);
            if (run.Take(wanted: true))
                run.Output.Emit(run.MonotonicNow, null, StackText.None, new LacpEvent(change));
        }
    }

    private List<LacpChange> Changes()
    {
        IReadOnlyList<Bond> bonds = folder.Read();
        Dictionary<string, (Bond Bond, string? Partner)> now = [];
        foreach (Bond bond in bonds)
            foreach (BondPort port in bond.Ports)
                now[port.Slave] = (bond, port.Partner);
        List<LacpChange> changes = [];
        foreach ((string slave, Aggregated before) in _aggregated)
            if (!now.TryGetValue(slave, out (Bond Bond, string? Partner) found))
                changes.Add(new LacpChange(before.Bond, slave, IsGained: false, before.Partner, bonds.FirstOrDefault(bond => bond.Name == before.Bond)));
            else if (found.Partner != before.Partner)
                changes.Add(new LacpChange(found.Bond.Name, slave, IsGained: false, before.Partner, found.Bond));
        foreach ((string slave, (Bond bond, string? partner)) in now)
            if (partner is not null && !(_aggregated.TryGetValue(slave, out Aggregated before) && before.Partner == partner))
                changes.Add(new LacpChange(bond.Name, slave, IsGained: true, partner, bond));
        return changes;
    }

    private static bool IsAboutBond(ReadOnlySpan<byte> datagram, SourceTracerRun run)
    {
        bool isAbout = false;
        while (!datagram.IsEmpty)
        {
            if (!NetlinkMessage.TryNext(ref datagram, out NetlinkMessage message))
            {
                Malformed(run);
                break;
            }
            if (message.Type is not (NetlinkMessage.NewLink or NetlinkMessage.DelLink))
                continue;
            if (LinkMessage.TryRead(message.Payload, out LinkMessage link))
                isAbout |= link.Kind.SequenceEqual("bond"u8) || link.MasterKind.SequenceEqual("bond"u8);
            else
                Malformed(run);
        }
        return isAbout;
    }

    private static void Malformed(SourceTracerRun run)
    {
        if (run.Take(wanted: true))
            run.Malformed();
    }

    private readonly record struct Aggregated(string Bond, string Partner);
}
