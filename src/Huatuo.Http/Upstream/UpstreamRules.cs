using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Upstream;

/// <summary>
/// Upstream's families that follow from one of the page each. Left out is what no family of the page tells.
/// </summary>
internal static class UpstreamRules
{
    private const double NanosecondsPerSecond = 1e9, MillisecondsPerSecond = 1e3;
    private static readonly string[] s_devices =
    [
        "receive_bytes", "receive_packets", "receive_errors", "receive_dropped", "receive_fifo", "receive_frame", "receive_compressed", "receive_multicast",
        "transmit_bytes", "transmit_packets", "transmit_errors", "transmit_dropped", "transmit_fifo", "transmit_colls", "transmit_carrier", "transmit_compressed",
    ];

    // By rtnetlink alone.
    private static readonly string[] s_linkParts =
    [
        "receive_length_errors", "receive_over_errors", "receive_crc_errors", "receive_frame_errors", "receive_missed_errors", "receive_nohandler",
        "transmit_aborted_errors", "transmit_carrier_errors", "transmit_heartbeat_errors", "transmit_window_errors",
    ];

    // Its names for the same by rtnetlink.
    private static readonly (string Ours, string Theirs)[] s_linkNames =
    [
        ("receive_fifo", "receive_fifo_errors"), ("transmit_fifo", "transmit_fifo_errors"), ("receive_multicast", "multicast"), ("transmit_colls", "collisions"),
    ];

    private static readonly string[] s_disks =
    [
        "read_requests_total", "write_requests_total", "read_bytes_total", "written_bytes_total", "read_time_seconds_total", "write_time_seconds_total",
    ];

    private static readonly string[] s_slowDisk = ["20-30ms", "30-50ms", "50-100ms", "100-200ms", "200-400ms", ">=400ms"];
    private static readonly string[] s_waits = ["<10ms", "10-20ms", "20-50ms", ">=50ms"];
    private static readonly string[] s_softirqs = ["<10us", "10-100us", "100us-1ms", ">=1ms"];
    private static readonly (string, string[]) s_tcp = ("protocol", ["Tcp", "TcpExt"]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<UpstreamRule> All { get; } =
    [
        Gauge("huatuo_arp_entries", "arp_entries"),
        Gauge("huatuo_arp_cache_entries", "arp_total"),
        Gauge("huatuo_arp_container_entries", "arp_container_entries"),
        Gauge("huatuo_cpu_stat_container_throttled_periods_total", "cpu_stat_container_nr_throttled"),
        Gauge("huatuo_cpu_stat_container_throttled_seconds_total", "cpu_stat_container_throttled_time") with { Scale = NanosecondsPerSecond },
        Gauge("huatuo_cpu_stat_container_bursts_total", "cpu_stat_container_nr_bursts"),
        Gauge("huatuo_cpu_stat_container_burst_seconds_total", "cpu_stat_container_burst_time") with { Scale = NanosecondsPerSecond },
        .. s_disks.Select(name => Counter("huatuo_diskio_" + name, "diskio_" + name, "device")),
        Gauge("huatuo_diskio_io_in_progress", "diskio_io_in_progress", "device"),
        .. Disk("queue", "q2c"),
        .. Disk("dispatch", "d2c"),
        Counter("huatuo_iolatency_queue_freezes_total", "iolatency_blkdisk_freeze", "disk"),
        Gauge("huatuo_load1", "loadavg_load1"),
        Gauge("huatuo_load5", "loadavg_load5"),
        Gauge("huatuo_load15", "loadavg_load15"),
        Gauge("huatuo_load_container_runnable", "loadavg_container_nr_running"),
        Gauge("huatuo_load_container_uninterruptible", "loadavg_container_nr_uninterruptible"),
        Gauge("huatuo_memory_buddy_blocks", "memory_buddyinfo_blocks", "node", "zone", "order"),
        Gauge("huatuo_memory_events_container_total", "memory_events_container_{event}"),
        Gauge("huatuo_memory_free_compaction_seconds", "memory_free_compaction_stall") with { Scale = MillisecondsPerSecond },
        Gauge("huatuo_memory_free_reclaim_seconds", "memory_free_allocpages_stall") with { Scale = MillisecondsPerSecond },
        Gauge("huatuo_memcg_reclaim_container_stalls_total", "memory_reclaim_container_directstall"),
        Gauge("huatuo_vmstat_events_total", "memory_vmstat_{event}"),
        Gauge("huatuo_vmstat_level", "memory_vmstat_{item}"),
        Gauge("huatuo_vmstat_container_events_total", "memory_vmstat_container_{event}"),
        Gauge("huatuo_vmstat_container_bytes", "memory_vmstat_container_{item}"),
        Gauge("huatuo_mountpoint_readonly", "mountpoint_perm_ro", "mountpoint"),
        .. s_devices.Select(name => Counter($"huatuo_netdev_{name}_total", $"netdev_{name}_total", "device")),
        .. s_linkParts.Select(name => Counter($"huatuo_netdev_{name}_total", $"netdev_{name}_total", "device")),
        .. s_linkNames.Select(name => Counter($"huatuo_netdev_{name.Ours}_total", $"netdev_{name.Theirs}_total", "device")),
        .. s_devices.Select(name => Counter($"huatuo_netdev_container_{name}_total", $"netdev_container_{name}_total", "device")),
        Counter("huatuo_netdev_dcb_pfc_sent_total", "netdev_dcb_pfc_send_total", "device") with { Labels = [("device", "device"), ("priority", "prio")] },
        Counter("huatuo_netdev_dcb_pfc_received_total", "netdev_dcb_pfc_received_total", "device") with { Labels = [("device", "device"), ("priority", "prio")] },
        Counter("huatuo_netdev_hw_receive_dropped_total", "netdev_hw_rx_dropped_total", "device", "driver"),
        .. new[] { "bytes", "packets", "drops", "requeues", "overlimits" }.Select(name => Counter($"huatuo_netdev_qdisc_{name}_total", $"netdev_qdisc_{name}_total", "device", "kind")),
        Gauge("huatuo_netdev_qdisc_current_queue_length", "netdev_qdisc_current_queue_length", "device", "kind"),
        Gauge("huatuo_netdev_qdisc_backlog_bytes", "netdev_qdisc_backlog", "device", "kind"),
        Counter("huatuo_rdma_events_total", "netdev_rdma_link_{event}") with { Labels = [("device", "device"), ("device", "nodeguid"), ("device", "num_ports")] },
        Gauge("huatuo_netstat_events_total", "netstat_{protocol}_{event}") with { Only = s_tcp },
        Gauge("huatuo_netstat_level", "netstat_{protocol}_{item}") with { Only = s_tcp },
        Gauge("huatuo_netstat_container_events_total", "netstat_container_{protocol}_{event}") with { Only = s_tcp },
        Gauge("huatuo_netstat_container_level", "netstat_container_{protocol}_{item}") with { Only = s_tcp },
        Counter("huatuo_runqlat_zone_total", "runqlat_latency", "zone") with { Zones = s_waits },
        Counter("huatuo_runqlat_container_zone_total", "runqlat_container_latency", "zone") with { Zones = s_waits },
        Gauge("huatuo_sockstat_sockets_used", "sockstat_sockets_used"),
        Gauge("huatuo_sockstat_sockets", "sockstat_{protocol}_{state}"),
        Gauge("huatuo_sockstat_memory_bytes", "sockstat_{protocol}_mem_bytes"),
        Gauge("huatuo_sockstat_memory_bytes", "sockstat_{protocol}_mem") with { Scale = 1.0 / Environment.SystemPageSize },
        Gauge("huatuo_sockstat_container_sockets_used", "sockstat_container_sockets_used"),
        Gauge("huatuo_sockstat_container_sockets", "sockstat_container_{protocol}_{state}"),
        Counter("huatuo_softirq_zone_total", "softirq_latency") with
        {
            Labels = [("vector", "type"), ("zone", "zone")], Zones = s_softirqs, Only = ("vector", ["NET_TX", "NET_RX"]),
        },
        Gauge("huatuo_tcp_memory_usage_bytes", "tcp_memory_usage_bytes"),
        Gauge("huatuo_tcp_memory_usage_bytes", "tcp_memory_usage_pages") with { Scale = 1.0 / Environment.SystemPageSize },
        Gauge("huatuo_tcp_memory_limit_bytes", "tcp_memory_limit_pages") with { Scale = 1.0 / Environment.SystemPageSize, Only = ("limit", ["high"]) },
        Gauge("huatuo_events_accepted_total", "tracing_status_hitcount") with { Labels = [("tracer", "tracing")] },
        Gauge("huatuo_tracer_state", "tracing_status_running") with { Only = ("state", ["running"]) },
        Gauge("huatuo_scrape_source_duration_seconds", "scrape_collector_duration_seconds") with { Labels = [("source", "collector")] },
        Gauge("huatuo_scrape_collector_success", "scrape_collector_success", "collector"),
    ];

    private static UpstreamRule Gauge(string from, string to, params string[] labels) => Of(from, to, MetricKind.Gauge, labels);

    private static UpstreamRule Counter(string from, string to, params string[] labels) => Of(from, to, MetricKind.Counter, labels);

    private static UpstreamRule Of(string from, string to, MetricKind kind, string[] labels) =>
        new(from, to, kind) { Labels = [.. labels.Select(label => (label, label))] };

    private static UpstreamRule[] Disk(string since, string name) =>
    [
        Counter("huatuo_iolatency_zone_total", "iolatency_blkdisk_" + name, "disk", "zone") with { Zones = s_slowDisk, Only = ("since", [since]) },
        Counter("huatuo_iolatency_container_zone_total", "iolatency_container_blkdisk_" + name, "zone") with { Zones = s_slowDisk, Only = ("since", [since]) },
    ];
}
