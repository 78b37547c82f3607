using System.Buffers.Binary;
using System.Text;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Interop;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>
/// One run of <c>netdev_events</c>: a scan of all devices is the baseline, and after it what the kernel announces is
/// compared with what was known. When announcements are lost, another scan finds what changed.
/// </summary>
internal sealed class NetdevEventsRun(NetdevEventsOptions options, TracerCounters counters, Func<ILinkSource> open) : ISourceTracer
{
    private readonly WatchedDevices _watched = new(options.Devices);
    private readonly Dictionary<int, Known> _devices = [];
    // Since the running scan was asked for.
    private readonly HashSet<int> _announced = [], _scanned = [];
    private uint _scan;
    private bool _isScanning, _isScanDoubtful, _hasBaseline;

    public async Task RunAsync(SourceTracerRun run, CancellationToken stop)
    {
        using ILinkSource links = open();
        byte[] buffer = new byte[ILinkSource.DatagramBytes];
        Scan(links);
        while (true)
        {
            int length = await links.ReceiveAsync(buffer, stop).ConfigureAwait(false);
            if (length >= 0)
                OnDatagram(buffer.AsSpan(0, length), links, run);
            else
                OnLoss(links, run);
        }
    }

    private void OnDatagram(ReadOnlySpan<byte> datagram, ILinkSource links, SourceTracerRun run)
    {
        while (!datagram.IsEmpty)
        {
            if (!NetlinkMessage.TryNext(ref datagram, out NetlinkMessage message))
            {
                Malformed(run);
                return;
            }
            OnMessage(message, links, run);
        }
    }

    // How many announcements were lost is not known, one at least.
    private void OnLoss(ILinkSource links, SourceTracerRun run)
    {
        run.Lose(1);
        if (_isScanning)
            _isScanDoubtful = true;
        else
            Scan(links);
    }

    private void OnMessage(in NetlinkMessage message, ILinkSource links, SourceTracerRun run)
    {
        switch (message.Type)
        {
            case NetlinkMessage.NewLink or NetlinkMessage.DelLink:
                if (LinkMessage.TryRead(message.Payload, out LinkMessage link))
                    OnLink(message, link, links, run);
                else
                    Malformed(run);
                break;
            case NetlinkMessage.Done or NetlinkMessage.Error when message.Payload.Length < sizeof(int):
                Malformed(run);
                break;
            case NetlinkMessage.Done or NetlinkMessage.Error when BinaryPrimitives.ReadInt32LittleEndian(message.Payload) is < 0 and int errno:
                throw new IOException($"rtnetlink: ask for all devices: {Errno.Describe(-errno)}");
            case NetlinkMessage.Done when message.Sequence == _scan:
                OnScanned(links, run);
                break;
        }
    }

    private void OnLink(in NetlinkMessage message, in LinkMessage link, ILinkSource links, SourceTracerRun run)
    {
        // A bridge tells of its ports, and a radio of its state, by the same messages: they are not about the device.
        if (link.Family != 0 || link.Name.IsEmpty)
            return;
        bool isScanned = message.Sequence != 0 && message.Sequence == _scan;
        if (message.Type == NetlinkMessage.DelLink)
        {
            _announced.Remove(link.Index);
            _devices.Remove(link.Index);
        }
        else if (isScanned)
        {
            _scanned.Add(link.Index);
            if (_announced.Contains(link.Index) && _devices[link.Index].Differs(link))
                _isScanDoubtful = true;
            else
                Compare(link, isScanned, links, run);
        }
        else
        {
            if (_isScanning)
                _announced.Add(link.Index);
            Compare(link, isScanned, links, run);
        }
    }

    private void Compare(in LinkMessage link, bool isScanned, ILinkSource links, SourceTracerRun run)
    {
        bool isKnown = _devices.TryGetValue(link.Index, out Known known);
        if (isKnown && !known.Differs(link))
            return;
        bool isWatched = _watched.Has(link);
        // A device that is being removed does not answer any more.
        DriverInfo? driver = isWatched ? links.Driver(link.Name) ?? known.Driver : null;
        _devices[link.Index] = new Known(link.IsAdminUp, link.IsCarrierUp, driver);
        if (!isKnown || (isScanned && !_hasBaseline))
            return;
        if (known.IsAdminUp != link.IsAdminUp)
            Tell(link, link.IsAdminUp ? LinkStatus.AdminUp : LinkStatus.AdminDown);
        if (known.IsCarrierUp != link.IsCarrierUp)
            Tell(link, link.IsCarrierUp ? LinkStatus.CarrierUp : LinkStatus.CarrierDown);

        void Tell(in LinkMessage link, LinkStatus status)
        {
            if (isWatched)
                counters.Add(NetdevEventsTracer.Changes, 1, Encoding.UTF8.GetString(link.Name), status.Name(), driver?.Driver ?? "", driver?.Version ?? "", driver?.Firmware ?? "");
            if (run.Take(isWatched))
                run.Output.Emit(run.MonotonicNow, null, StackText.None, new NetdevEvent(link, status, isScanned, driver));
        }
    }

    private void OnScanned(ILinkSource links, SourceTracerRun run)
    {
        foreach (int gone in _devices.Keys.Where(index => !_scanned.Contains(index) && !_announced.Contains(index)).ToArray())
            _devices.Remove(gone);
        _isScanning = false;
        // An announcement that the scan contradicts may have been queued before it, or be newer: another scan tells.
        if (_isScanDoubtful || !_announced.IsSubsetOf(_scanned))
        {
            Scan(links);
            return;
        }
        if (!_hasBaseline)
            run.Ready();
        _hasBaseline = true;
    }

    private void Scan(ILinkSource links)
    {
        _announced.Clear();
        _scanned.Clear();
        _isScanDoubtful = false;
        _isScanning = true;
        links.RequestAll(++_scan);
    }

    private static void Malformed(SourceTracerRun run)
    {
        if (run.Take(wanted: true))
            run.Malformed();
    }

    private readonly record struct Known(bool IsAdminUp, bool IsCarrierUp, DriverInfo? Driver)
    {
        internal bool Differs(in LinkMessage link) => IsAdminUp != link.IsAdminUp || IsCarrierUp != link.IsCarrierUp;
    }
}
