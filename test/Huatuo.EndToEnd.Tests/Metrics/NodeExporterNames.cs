namespace Huatuo.EndToEnd.Tests.Metrics;

/// <summary>What node exporter calls the series of our page that come from the same files of the kernel.</summary>
internal static class NodeExporterNames
{
    private static readonly Dictionary<string, string> s_growing = new()
    {
        ["huatuo_context_switches_total"] = "node_context_switches_total",
        ["huatuo_forks_total"] = "node_forks_total",
        ["huatuo_interrupts_total"] = "node_intr_total",
        ["huatuo_netdev_receive_bytes_total"] = "node_network_receive_bytes_total",
        ["huatuo_netdev_receive_packets_total"] = "node_network_receive_packets_total",
        ["huatuo_netdev_receive_errors_total"] = "node_network_receive_errs_total",
        ["huatuo_netdev_receive_dropped_total"] = "node_network_receive_drop_total",
        ["huatuo_netdev_receive_fifo_total"] = "node_network_receive_fifo_total",
        ["huatuo_netdev_receive_frame_total"] = "node_network_receive_frame_total",
        ["huatuo_netdev_receive_compressed_total"] = "node_network_receive_compressed_total",
        ["huatuo_netdev_receive_multicast_total"] = "node_network_receive_multicast_total",
        ["huatuo_netdev_transmit_bytes_total"] = "node_network_transmit_bytes_total",
        ["huatuo_netdev_transmit_packets_total"] = "node_network_transmit_packets_total",
        ["huatuo_netdev_transmit_errors_total"] = "node_network_transmit_errs_total",
        ["huatuo_netdev_transmit_dropped_total"] = "node_network_transmit_drop_total",
        ["huatuo_netdev_transmit_fifo_total"] = "node_network_transmit_fifo_total",
        ["huatuo_netdev_transmit_colls_total"] = "node_network_transmit_colls_total",
        ["huatuo_netdev_transmit_carrier_total"] = "node_network_transmit_carrier_total",
        ["huatuo_netdev_transmit_compressed_total"] = "node_network_transmit_compressed_total",
        ["huatuo_diskio_read_requests_total"] = "node_disk_reads_completed_total",
        ["huatuo_diskio_reads_merged_total"] = "node_disk_reads_merged_total",
        ["huatuo_diskio_read_bytes_total"] = "node_disk_read_bytes_total",
        ["huatuo_diskio_read_time_seconds_total"] = "node_disk_read_time_seconds_total",
        ["huatuo_diskio_write_requests_total"] = "node_disk_writes_completed_total",
        ["huatuo_diskio_writes_merged_total"] = "node_disk_writes_merged_total",
        ["huatuo_diskio_written_bytes_total"] = "node_disk_written_bytes_total",
        ["huatuo_diskio_write_time_seconds_total"] = "node_disk_write_time_seconds_total",
        ["huatuo_diskio_io_time_seconds_total"] = "node_disk_io_time_seconds_total",
        ["huatuo_diskio_flush_requests_total"] = "node_disk_flush_requests_total",
        ["huatuo_diskio_discard_requests_total"] = "node_disk_discards_completed_total",
    };

    private static readonly Dictionary<string, string> s_static = new()
    {
        ["huatuo_boot_time_seconds"] = "node_boot_time_seconds",
        ["huatuo_conntrack_limit"] = "node_nf_conntrack_entries_limit",
        ["huatuo_filesystem_size_bytes"] = "node_filesystem_size_bytes",
        ["huatuo_filesystem_files"] = "node_filesystem_files",
    };

    private static readonly string[] s_staticMemory = ["MemTotal", "SwapTotal", "VmallocTotal", "CommitLimit", "Hugepagesize"];

    /// <summary>The series of node exporter that grows as ours does; null when there is none.</summary>
    public static string? Growing(Sample ours) => ours.Name switch
    {
        "huatuo_netstat_events_total" => $"node_netstat_{ours.Labels["protocol"]}_{ours.Labels["event"]}{{}}",
        "huatuo_vmstat_events_total" => $"node_vmstat_{ours.Labels["event"]}{{}}",
        "huatuo_pressure_waiting_seconds_total" => $"node_pressure_{ours.Labels["resource"]}_waiting_seconds_total{{}}",
        "huatuo_pressure_stalled_seconds_total" => $"node_pressure_{ours.Labels["resource"]}_stalled_seconds_total{{}}",
        _ => s_growing.TryGetValue(ours.Name, out string? name) ? (ours with { Name = name }).Series : null,
    };

    /// <summary>The series of node exporter that stays as ours does; null when there is none.</summary>
    public static string? Static(Sample ours) => ours.Name switch
    {
        "huatuo_meminfo_bytes" when s_staticMemory.Contains(ours.Labels["item"]) => $"node_memory_{ours.Labels["item"]}_bytes{{}}",
        _ => s_static.TryGetValue(ours.Name, out string? name) ? (ours with { Name = name }).Series : null,
    };
}
