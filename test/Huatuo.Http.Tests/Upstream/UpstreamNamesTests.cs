using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;
using Huatuo.Http.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Upstream;

public sealed class UpstreamNamesTests : IDisposable
{
    private const string Host = "host=\"node-1\",region=\"east\"";
    private static readonly string s_id = new('a', 64);
    private static readonly string s_container = $"container_host=\"web-0\",container_name=\"web\",container_type=\"normal\",container_level=\"burstable\",container_hostnamespace=\"shop\",{Host}";
    private readonly FakeTimeProvider _time = new();
    private readonly string _sys = Directory.CreateTempSubdirectory("huatuo-sys-").FullName;
    private readonly ContainerRegistry _containers = new(Nobody);

    public UpstreamNamesTests()
    {
        Directory.CreateDirectory(Path.Combine(_sys, "block/vda"));
        File.WriteAllText(Path.Combine(_sys, "block/vda/dev"), "253:0\n");
        _containers.Exists(1, "/docker/" + s_id);
        _containers.Find(s_id)!.Tell(NameSource.Runtime, new ContainerNames { Hostname = "web-0", Name = "web", Type = "normal", Qos = "burstable", PodNamespace = "shop" });
    }

    public void Dispose() => Directory.Delete(_sys, recursive: true);

    private static bool Nobody(ulong id, [NotNullWhen(true)] out string? path)
    {
        path = null;
        return false;
    }

    private Scrape Scrape(params Source[] sources) => new(
        sources, new RequestCounts(), TimeSpan.FromSeconds(60), _time, failed: null, upstream: new UpstreamNames("node-1", "east", _containers, _time, _sys));

    private static async Task<string> RenderAsync(Scrape scrape, ExpositionFormat format = ExpositionFormat.Text)
    {
        MetricPage page = (await scrape.RenderAsync(format, TestContext.Current.CancellationToken))!;
        string text = Encoding.UTF8.GetString(page.Written.Span);
        scrape.Return(page);
        return text;
    }

    private static string[] Upstreams(string page) =>
        [.. page.Split('\n').Where(line => line.Contains("huatuo_bamai_", StringComparison.Ordinal) && !line.StartsWith("# HELP", StringComparison.Ordinal) && !line.Contains("scrape_collector", StringComparison.Ordinal))];

    private static string NameOf(string line) => line[UpstreamNames.Prefix.Length..line.IndexOf('{', StringComparison.Ordinal)];

    private static Source Of(string family, MetricKind kind, params (double Value, Label[] Labels)[] samples) => new("s", writer =>
    {
        writer.Family(family, kind, "Help.");
        foreach ((double value, Label[] labels) in samples)
            writer.Sample(value, labels);
    });

    [Fact]
    public async Task They_can_be_left_out_of_a_page_and_come_back()
    {
        bool shown = false;
        using var scrape = new Scrape(
            [Of("huatuo_iolatency_zone_total", MetricKind.Counter, (3, [new("disk", "vda"), new("operation", "read"), new("since", "queue"), new("zone", "20-30ms")]))],
            new RequestCounts(), TimeSpan.FromSeconds(60), _time, failed: null, upstream: new UpstreamNames("node-1", "east", _containers, _time, _sys), showsUpstream: () => shown);
        Assert.Empty(Upstreams(await RenderAsync(scrape)));
        shown = true;
        Assert.Contains(Upstreams(await RenderAsync(scrape)), line => line.EndsWith(" 3", StringComparison.Ordinal));
        shown = false;
        Assert.Empty(Upstreams(await RenderAsync(scrape)));
    }

    [Fact]
    public async Task Zones_are_numbered_summed_over_operations_and_disks_told_by_number()
    {
        Label[] Labels(string operation, string since, string zone) => [new("disk", "vda"), new("operation", operation), new("since", since), new("zone", zone)];
        using Scrape scrape = Scrape(Of(
            "huatuo_iolatency_zone_total", MetricKind.Counter,
            (100, Labels("read", "queue", "<20ms")), (3, Labels("read", "queue", "20-30ms")), (4, Labels("write", "queue", "20-30ms")),
            (1, Labels("write", "queue", ">=400ms")), (2, Labels("read", "dispatch", "50-100ms"))));
        Assert.Equal(
            [
                "# TYPE huatuo_bamai_iolatency_blkdisk_d2c counter",
                $"huatuo_bamai_iolatency_blkdisk_d2c{{disk=\"253:0\",zone=\"2\",{Host}}} 2",
                "# TYPE huatuo_bamai_iolatency_blkdisk_q2c counter",
                $"huatuo_bamai_iolatency_blkdisk_q2c{{disk=\"253:0\",zone=\"0\",{Host}}} 7",
                $"huatuo_bamai_iolatency_blkdisk_q2c{{disk=\"253:0\",zone=\"5\",{Host}}} 1",
            ],
            Upstreams(await RenderAsync(scrape)));
    }

    [Fact]
    public async Task A_containers_series_say_what_it_is_called_and_the_rest_beyond_a_bound_has_none()
    {
        using Scrape scrape = Scrape(Of(
            "huatuo_cpu_stat_container_throttled_seconds_total", MetricKind.Counter,
            (1.5, [new Label("container_id", s_id)]), (9, [new Label("container_id", "other")])));
        Assert.Equal(
            ["# TYPE huatuo_bamai_cpu_stat_container_throttled_time gauge", $"huatuo_bamai_cpu_stat_container_throttled_time{{{s_container}}} 1500000000"],
            Upstreams(await RenderAsync(scrape)));
    }

    [Fact]
    public async Task Values_of_labels_become_part_of_names_and_types_are_unknown_in_OpenMetrics()
    {
        using Scrape scrape = Scrape(Of(
            "huatuo_netstat_events_total", MetricKind.Counter,
            (5, [new Label("protocol", "TcpExt"), new Label("event", "TCPLostRetransmit")]),
            (6, [new Label("protocol", "Tcp"), new Label("event", "odd name")]),
            (7, [new Label("protocol", "Udp"), new Label("event", "InErrors")])));
        Assert.Equal(
            [
                "# TYPE huatuo_bamai_netstat_TcpExt_TCPLostRetransmit gauge",
                $"huatuo_bamai_netstat_TcpExt_TCPLostRetransmit{{{Host}}} 5",
                "# TYPE huatuo_bamai_netstat_Tcp_odd_name gauge",
                $"huatuo_bamai_netstat_Tcp_odd_name{{{Host}}} 6",
            ],
            Upstreams(await RenderAsync(scrape)));
        Assert.Contains("# TYPE huatuo_bamai_netstat_Tcp_odd_name unknown\n", await RenderAsync(scrape, ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_RDMA_devices_counters_are_summed_over_ports_and_tell_its_GUID_from_the_last_byte()
    {
        string device = Path.Combine(_sys, "class/infiniband/mlx5_0");
        Directory.CreateDirectory(Path.Combine(device, "ports/1"));
        Directory.CreateDirectory(Path.Combine(device, "ports/2"));
        File.WriteAllText(Path.Combine(device, "node_guid"), "0c42:a103:00b3:bd40\n");
        Label[] Labels(string name, string port) => [new("device", name), new("port", port), new("event", "out_of_sequence")];
        using Scrape scrape = Scrape(Of("huatuo_rdma_events_total", MetricKind.Counter, (3, Labels("mlx5_0", "1")), (4, Labels("mlx5_0", "2")), (5, Labels("gone0", "1"))));
        Assert.Equal(
            [
                "# TYPE huatuo_bamai_netdev_rdma_link_out_of_sequence counter",
                $"huatuo_bamai_netdev_rdma_link_out_of_sequence{{device=\"mlx5_0\",nodeguid=\"40:bd:b3:00:03:a1:42:0c\",num_ports=\"2\",{Host}}} 7",
                $"huatuo_bamai_netdev_rdma_link_out_of_sequence{{device=\"gone0\",nodeguid=\"\",num_ports=\"0\",{Host}}} 5",
            ],
            Upstreams(await RenderAsync(scrape)));
    }

    [Fact]
    public async Task Shares_of_CPU_time_are_those_between_two_scrapes()
    {
        double seconds = 100;
        var host = new Source("cpu", writer =>
        {
            writer.Family("huatuo_cpus_online", MetricKind.Gauge, "Help.");
            writer.Sample(4);
            writer.Family("huatuo_cpu_seconds_total", MetricKind.Counter, "Help.");
            foreach ((string mode, double share) in new[] { ("user", 0.3), ("nice", 0.1), ("system", 0.15), ("irq", 0.05), ("softirq", 0.0), ("idle", 0.35), ("iowait", 0.05) })
                writer.Sample(seconds * share, new Label("mode", mode));
            writer.Family("huatuo_cpu_container_seconds_total", MetricKind.Counter, "Help.");
            writer.Sample(seconds / 10, new Label("container_id", s_id), new Label("mode", "user"));
            writer.Sample(seconds / 20, new Label("container_id", s_id), new Label("mode", "system"));
            writer.Family("huatuo_cpu_container_limit_cores", MetricKind.Gauge, "Help.");
            writer.Sample(2, new Label("container_id", s_id));
        });
        using Scrape scrape = Scrape(host);
        Assert.Equal(["# TYPE huatuo_bamai_cpu_util_container_cores gauge", $"huatuo_bamai_cpu_util_container_cores{{{s_container}}} 2"], Upstreams(await RenderAsync(scrape)));
        _time.Advance(TimeSpan.FromSeconds(10));
        seconds += 40;
        Dictionary<string, double> values = Upstreams(await RenderAsync(scrape)).Where(line => line[0] != '#')
            .ToDictionary(NameOf, line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        Assert.Equal(8, values.Count);
        foreach ((string name, double expected) in new[]
        {
            ("cpu_util_usr", 40.0), ("cpu_util_sys", 20.0), ("cpu_util_total", 60.0), ("diskio_disk_iowait_percent", 5.0),
            ("cpu_util_container_cores", 2.0), ("cpu_util_container_usr", 20.0), ("cpu_util_container_sys", 10.0), ("cpu_util_container_total", 30.0),
        })
            Assert.Equal(expected, values[name], 9);
    }

    [Fact]
    public async Task What_a_source_that_fails_wrote_does_not_count()
    {
        using Scrape scrape = Scrape(
            Of("huatuo_load1", MetricKind.Gauge, (0.5, [])),
            new Source("failing", writer =>
            {
                writer.Family("huatuo_load5", MetricKind.Gauge, "Help.");
                writer.Sample(1);
                throw new IOException("gone");
            }));
        Assert.Equal(["# TYPE huatuo_bamai_loadavg_load1 gauge", $"huatuo_bamai_loadavg_load1{{{Host}}} 0.5"], Upstreams(await RenderAsync(scrape)));
    }

    [Fact]
    public async Task Time_stalled_is_the_sum_of_the_histogram_in_milliseconds()
    {
        using Scrape scrape = Scrape(new Source("s", writer =>
        {
            writer.Family(new MetricFamily("huatuo_memory_free_compaction_seconds", MetricKind.Histogram, "Help."));
            writer.Histogram(new ExponentialHistogram(0, [1UL], 0, 0.25));
        }));
        Assert.Equal(["# TYPE huatuo_bamai_memory_free_compaction_stall gauge", $"huatuo_bamai_memory_free_compaction_stall{{{Host}}} 250"], Upstreams(await RenderAsync(scrape)));
    }

    [Fact]
    public async Task Pushed_pages_do_not_have_them()
    {
        using Scrape scrape = Scrape(Of("huatuo_load1", MetricKind.Gauge, (0.5, [])));
        Assert.DoesNotContain("huatuo_bamai", await RenderAsync(scrape, ExpositionFormat.Otlp), StringComparison.Ordinal);
        Assert.Contains("huatuo_bamai_loadavg_load1", await RenderAsync(scrape, ExpositionFormat.Protobuf), StringComparison.Ordinal);
    }
}
