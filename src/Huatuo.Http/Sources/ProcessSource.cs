using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Sources;

/// <summary><c>process_*</c>: what this process costs, by the names that every Prometheus client uses.</summary>
public sealed class ProcessSource(ProcessReader read) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "process";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        if (!read(out var sample))
            throw new IOException("/proc/self/stat is missing or malformed; is /proc mounted?");

        writer.Family("process_cpu_seconds_total", MetricKind.Counter, "User and system CPU time.");
        writer.Sample(sample.CpuSeconds);
        writer.Family("process_threads", MetricKind.Gauge, "Threads.");
        writer.Sample(sample.Threads);
        Gauge(writer, "process_resident_memory_bytes", "Resident memory.", sample.ResidentBytes);
        Gauge(writer, "process_virtual_memory_bytes", "Mapped address space.", sample.VirtualBytes);
        Gauge(writer, "process_open_fds", "Open file descriptors.", sample.OpenFds);
        Gauge(writer, "process_max_fds", "Soft limit of open file descriptors.", sample.MaxFds);
        if (sample.StartTimeSeconds is { } start)
        {
            writer.Family("process_start_time_seconds", MetricKind.Gauge, "Start of the process, in seconds since 1970-01-01 UTC.");
            writer.Sample(start);
        }
    }

    private static void Gauge(MetricWriter writer, string name, string help, long? value)
    {
        if (value is not { } known)
            return;
        writer.Family(name, MetricKind.Gauge, help);
        writer.Sample(known);
    }
}
