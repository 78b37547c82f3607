using System.Text;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.NetdevRdmaLink;

/// <summary>Reads <c>ports/PORT/hw_counters</c> of each device of <c>/sys/class/infiniband</c> (drivers/infiniband/core/sysfs.c), looked for anew at each scrape.</summary>
internal sealed class NetdevRdmaLinkRun(TracerServices services) : IMetricTracer
{
    private const int MaxSeries = 5000;

    // What drivers keep beside their counters: how often they ask the hardware, in milliseconds.
    private const string Lifespan = "lifespan";

    private static readonly MetricFamily s_events = new("huatuo_rdma_events_total", MetricKind.Counter, "What an RDMA device counted on a port, by its driver's names.", "device", "port", "event");
    private static readonly MetricFamily s_info = new("huatuo_rdma_device_info", MetricKind.Info, "An RDMA device.", "device", "node_guid");
    private readonly string _folder = Path.Combine(services.Roots.Sys, "class/infiniband");
    private readonly SeriesTable _events = new(MaxSeries, new Column(s_events));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_info, s_events];

    public void Write(MetricWriter writer)
    {
        _events.Clear();
        string[] devices = Folders(_folder);
        if (devices.Length == 0)
            return;
        writer.Family(s_info);
        foreach (string device in devices)
        {
            string guid = new ByteFile(Path.Combine(device, "node_guid"), 256).TryRead(out ReadOnlySpan<byte> text) ? Encoding.UTF8.GetString(text.TrimEnd((byte)'\n')) : "";
            writer.Sample(1, new Label("device", Path.GetFileName(device)), new Label("node_guid", guid));
            foreach (string port in Folders(Path.Combine(device, "ports")))
                Read(Path.GetFileName(device), Path.GetFileName(port), Path.Combine(port, "hw_counters"));
        }
        _events.Write(writer, services.Skipped);
    }

    private void Read(string device, string port, string folder)
    {
        foreach (string file in Entries(folder, Directory.GetFiles))
            if (Path.GetFileName(file) is not Lifespan and var name && new ByteFile(file, 256).Number(services.Skipped) is not SeriesTable.Absent and ulong count)
                _events.Add([count], device, port, name);
    }

    private static string[] Folders(string folder) => Entries(folder, Directory.GetDirectories);

    private static string[] Entries(string folder, Func<string, string[]> list)
    {
        try
        {
            return [.. list(folder).Order(StringComparer.Ordinal)];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
