using System.Globalization;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Interop;
using Huatuo.Linux.Netlink;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>
/// What devices count as dropped on receipt, by rtnetlink, without what the network stack dropped itself.
/// </summary>
/// <param name="options">Which devices.</param>
/// <param name="services">Where sysfs is.</param>
/// <param name="source">Is asked for the devices; disposed of with this.</param>
/// <param name="cpuBaseOffset">From a CPU's run queue to its <c>this_cpu_off</c>.</param>
/// <param name="drops">What the stack dropped; null for the programs.</param>
internal sealed class NetdevHwRun(NetdevHwOptions options, TracerServices services, IRouteSource source, long cpuBaseOffset, IStackDrops? drops = null) : IProgramMetricTracer, IDisposable
{
    private const int MaxDevices = 500;
    private const ushort RTM_GETLINK = 18;
    private const int LinkRequestBytes = 16;

    private static readonly string[] s_labels = ["device", "driver"];

    private static readonly Column[] s_columns =
    [
        Of("receive_dropped", "Packets that the hardware or its driver dropped: what the device counts as dropped without what the network stack dropped itself."),
        Of("receive_missed", "Packets that the hardware had no room for."),
        Of("stack_dropped", "Packets that the network stack dropped itself on receipt from the device: its queue was full, or nobody wanted their protocol."),
    ];

    private readonly ByteTable<string?> _names = new(new NameFilter(options.DeviceIncluded, options.DeviceExcluded).Choose);
    private readonly Dictionary<int, HardwareDrops> _devices = [];
    private readonly List<int> _gone = [];
    private readonly SeriesTable _table = new(MaxDevices, s_columns);
    private IStackDrops? _drops = drops;
    private NetdevHwBpf? _bpf;
    private long _reading;

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    public bool Attaches => false;

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(NetdevHwBpf.ObjectName);
        _bpf = new NetdevHwBpf(opened) { CpuBaseOffset = cpuBaseOffset, Cpus = StackDrops.Cpus };
        return opened;
    }

    public void Loaded() => _drops = new StackDrops(_bpf!);

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        _reading++;
        if (source.Ask(RTM_GETLINK, isDump: true, stackalloc byte[LinkRequestBytes], Add) is not 0 and int errno)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"rtnetlink: request {RTM_GETLINK}: {Errno.Describe(errno)}"));
        foreach ((int index, HardwareDrops device) in _devices)
            if (device.Reading != _reading || !_drops!.TryRead(index, out ulong stack))
                _gone.Add(index);
            else
                _table.Add([device.Without(stack), device.Missed, stack], device.Name, device.Driver);
        foreach (int index in _gone)
            _devices.Remove(index);
        _gone.Clear();
        _table.Write(writer, services.Skipped);
    }

    public void Dispose() => source.Dispose();

    private void Add(NetlinkMessage message)
    {
        if (message.Type != NetlinkMessage.NewLink)
            return;
        Span<ulong> numbers = stackalloc ulong[LinkStatistics.Count];
        if (!LinkMessage.TryRead(message.Payload, out LinkMessage link) || !LinkStatistics.TryRead(link.Statistics, numbers))
        {
            services.Skipped.Add();
            return;
        }
        if (!_devices.TryGetValue(link.Index, out HardwareDrops? device) || !device.IsNamed(link.Name))
        {
            if (_names.Get(link.Name) is not { } name || (options.DeviceIncluded.Length == 0 && (link.IsLoopback || !link.Kind.IsEmpty)))
            {
                _devices.Remove(link.Index);
                return;
            }
            _devices[link.Index] = device = new HardwareDrops(name, Driver(name, link.Kind));
        }
        device.See(_reading, numbers[LinkStatistics.ReceiveDropped], numbers[LinkStatistics.ReceiveMissed]);
    }

    // What is software has no driver there; its kind is the driver's name.
    private string Driver(string device, ReadOnlySpan<byte> kind)
    {
        string? driver = new FileInfo(Path.Combine(services.Roots.Sys, "class", "net", device, "device", "driver")).LinkTarget;
        return driver is null ? Encoding.UTF8.GetString(kind) : Path.GetFileName(driver);
    }

    private static Column Of(string name, string help) => new(new($"huatuo_netdev_hw_{name}_total", MetricKind.Counter, help, s_labels));
}
