namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>
/// Metrics that no tracer declares: those that are written for each tracer, and those of the agent itself, its sinks, containers, process and
/// runtime, its server, its continuous profiles, and what its programs cost.
/// </summary>
internal static class AgentMetrics
{
    /// <summary>Their names.</summary>
    internal static IReadOnlyList<string> Names { get; } =
    [
        "dotnet_exceptions_total", "dotnet_gc_allocated_bytes_total", "dotnet_gc_collections_total", "dotnet_gc_heap_bytes",
        "dotnet_gc_pause_seconds_total", "dotnet_threadpool_threads", "huatuo_autotrace_capture_failures_total", "huatuo_autotrace_captures_total",
        "huatuo_autotrace_cooldowns_total", "huatuo_autotrace_look_failures_total", "huatuo_autotrace_psi_unwatched_total", "huatuo_autotrace_triggers_total", "huatuo_bpf_map_bytes",
        "huatuo_bpf_recursion_misses_total", "huatuo_bpf_sampled_run_seconds_total", "huatuo_bpf_sampled_runs_total", "huatuo_build_info",
        "huatuo_config_awaiting_restart", "huatuo_config_reloads_total", "huatuo_config_wrong", "huatuo_container_info", "huatuo_containers",
        "huatuo_containers_cgroups", "huatuo_containers_cgroups_refused_total", "huatuo_containers_changes_lost_total",
        "huatuo_containers_names_answers_total", "huatuo_containers_names_failures_total", "huatuo_containers_names_up", "huatuo_containers_watched",
        "huatuo_events_accepted_total", "huatuo_events_dead_letter_total", "huatuo_events_decode_errors_total", "huatuo_events_decoded_total",
        "huatuo_events_deduplicated_total", "huatuo_events_dropped_total", "huatuo_events_filtered_total", "huatuo_events_hits_total",
        "huatuo_events_ignored_total", "huatuo_events_lost_total", "huatuo_events_pending", "huatuo_events_rate_limited_total",
        "huatuo_events_recovered_total", "huatuo_events_sink_dropped_total", "huatuo_events_stored_total", "huatuo_events_submitted_total",
        "huatuo_events_suppressed_total", "huatuo_http_requests_total", "huatuo_http_tls_certificate_expiry_timestamp_seconds",
        "huatuo_http_tls_handshakes_total", "huatuo_otlp_pushes_total", "huatuo_otlp_rejected_points_total", "huatuo_perf_lost_records",
        "huatuo_profiling_cost_ratio", "huatuo_profiling_cut_total", "huatuo_profiling_dropped_total", "huatuo_profiling_failures_total",
        "huatuo_profiling_frames_total", "huatuo_profiling_level", "huatuo_profiling_lost_total", "huatuo_profiling_lowered_total",
        "huatuo_profiling_paused_windows_total", "huatuo_profiling_raised_total", "huatuo_profiling_running", "huatuo_profiling_samples_total",
        "huatuo_profiling_unwind_bytes", "huatuo_profiling_unwind_failures_total", "huatuo_profiling_unwind_processes",
        "huatuo_profiling_unwind_refused_total", "huatuo_profiling_unwind_seconds_total", "huatuo_profiling_unwind_tables",
        "huatuo_profiling_unwound_total", "huatuo_profiling_windows_total", "huatuo_scrape_collector_success", "huatuo_scrape_duration_seconds",
        "huatuo_scrape_skipped_lines_total", "huatuo_scrape_source_duration_seconds", "huatuo_scrape_source_failures_total", "huatuo_sink_failing",
        "huatuo_sink_requests_total", "huatuo_spool_bytes", "huatuo_spool_damaged_bytes_total", "huatuo_stream_clients",
        "huatuo_stream_clients_dropped_total", "huatuo_stream_clients_refused_total", "huatuo_stream_events_total", "huatuo_tracer_hook_info",
        "huatuo_tracer_runs_total", "huatuo_tracer_state", "process_cpu_seconds_total", "process_max_fds", "process_open_fds",
        "process_resident_memory_bytes", "process_start_time_seconds", "process_threads", "process_virtual_memory_bytes",
    ];
}
