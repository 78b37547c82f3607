using System.Globalization;
using System.Text.RegularExpressions;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Cpu.CpuUtil;
using Huatuo.Tracers.Cpu.Loadavg;
using Huatuo.Tracers.Cpu.Psi;
using Huatuo.Tracers.Memory.Meminfo;
using Huatuo.Tracers.Memory.MemoryBuddyinfo;
using Huatuo.Tracers.Memory.MemoryVmstat;
using Huatuo.Tracers.Network.Netdev;
using Huatuo.Tracers.Network.Netstat;
using Huatuo.Tracers.Network.Sockstat;

namespace Huatuo.Tracers.Tests;

/// <summary>The collectors and node exporter on the same copy of this machine's files: every series that both have is the same.</summary>
public sealed partial class NodeExporterTests
{
    private static readonly string[] Files =
    [
        "stat", "loadavg", "vmstat", "meminfo", "diskstats", "buddyinfo", "net/dev", "net/snmp", "net/netstat", "net/snmp6", "net/sockstat", "net/sockstat6",
        "pressure/cpu", "pressure/io", "pressure/memory",
    ];

    private static readonly string[] NetdevNames =
    [
        "receive_bytes", "receive_packets", "receive_errs", "receive_drop", "receive_fifo", "receive_frame", "receive_compressed", "receive_multicast",
        "transmit_bytes", "transmit_packets", "transmit_errs", "transmit_drop", "transmit_fifo", "transmit_colls", "transmit_carrier", "transmit_compressed",
    ];

    [Fact]
    public async Task TheSeriesOfBothAreTheSame()
    {
        using var stand = new CollectorStand();
        foreach (string file in Files.Where(file => File.Exists("/proc/" + file)))
            stand.Write("proc/" + file, File.ReadAllText("/proc/" + file));
        stand.Write("sys/class/net/lo/mtu", "65536\n");
        IReadOnlyDictionary<string, double> theirs = await NodeExporter.ScrapeAsync(
            stand.Root, "--collector.stat", "--collector.cpu", "--collector.loadavg", "--collector.meminfo", "--collector.vmstat", "--collector.vmstat.fields=.*", "--collector.netdev",
            "--no-collector.netdev.netlink", "--collector.netstat", "--collector.netstat.fields=.*", "--collector.sockstat", "--collector.pressure", "--collector.buddyinfo");

        Compare(stand, theirs, 14, new CpuUtilTracer(), Cpu, "per_cpu=true");
        Compare(stand, theirs, 3, new LoadavgTracer(), Load);
        Compare(stand, theirs, 30, new MeminfoTracer(), sample => sample.Is("huatuo_meminfo_bytes") ? $"node_memory_{Symbols().Replace(sample["item"], "_").TrimEnd('_')}_bytes" : null);
        Compare(stand, theirs, 60, new MemoryVmstatTracer(), sample => "node_vmstat_" + sample[sample.Is("huatuo_vmstat_level") ? "item" : "event"], "included_on_host=", "excluded_on_host=");
        Compare(stand, theirs, 11, new MemoryBuddyinfoTracer(), sample => $"node_buddyinfo_blocks{{node=\"{sample["node"]}\",size=\"{sample["order"]}\",zone=\"{sample["zone"]}\"}}");
        Compare(stand, theirs, 16, new NetdevTracer(), Netdev, "device_excluded=");
        Compare(stand, theirs, 150, new NetstatTracer(), sample => $"node_netstat_{sample["protocol"]}_{sample[sample.Is("huatuo_netstat_level") ? "item" : "event"]}");
        Compare(stand, theirs, 6, new SockstatTracer(), Sockstat);
        if (File.Exists("/proc/pressure/cpu"))
            Compare(stand, theirs, 5, new PsiTracer(), Pressure);
    }

    private static void Compare(
        CollectorStand stand, IReadOnlyDictionary<string, double> theirs, int atLeast, MetricTracerDefinition tracer, Func<Sample, string?> name, params string[] settings)
    {
        int same = 0;
        foreach (string line in stand.Scrape(tracer, settings).Split('\n'))
        {
            Sample sample = Sample.Of(line);
            if (name(sample) is not { } counterpart || !theirs.TryGetValue(counterpart, out double value))
                continue;
            Assert.True(Math.Abs(value - sample.Value) <= 1e-9 * Math.Abs(value), $"{line}, but {counterpart} {value}");
            same++;
        }
        Assert.True(same >= atLeast, $"{tracer.Name}: only {same} series have a counterpart");
    }

    private static string? Cpu(Sample sample) => sample.Name switch
    {
        "huatuo_cpu_core_seconds_total" => $"node_cpu_seconds_total{{cpu=\"{sample["cpu"]}\",mode=\"{sample["mode"]}\"}}",
        "huatuo_context_switches_total" => "node_context_switches_total",
        "huatuo_interrupts_total" => "node_intr_total",
        "huatuo_forks_total" => "node_forks_total",
        "huatuo_boot_time_seconds" => "node_boot_time_seconds",
        "huatuo_tasks_running" => "node_procs_running",
        "huatuo_tasks_blocked" => "node_procs_blocked",
        _ => null,
    };

    private static string? Load(Sample sample) => sample.Name.Replace("huatuo_", "node_", StringComparison.Ordinal);

    private static string Netdev(Sample sample)
    {
        string own = sample.Name["huatuo_netdev_".Length..^"_total".Length];
        int column = Array.FindIndex(DeviceLines.Columns, known => known.Name == own);
        return $"node_network_{NetdevNames[column]}_total{{device=\"{sample["device"]}\"}}";
    }

    private static string? Sockstat(Sample sample) => sample.Name switch
    {
        "huatuo_sockstat_sockets" => $"node_sockstat_{sample["protocol"]}_{sample["state"]}",
        "huatuo_sockstat_memory_bytes" => $"node_sockstat_{sample["protocol"]}_{(sample["protocol"].StartsWith("FRAG", StringComparison.Ordinal) ? "memory" : "mem_bytes")}",
        _ => "node_sockstat_sockets_used",
    };

    private static string Pressure(Sample sample) =>
        $"node_pressure_{sample["resource"]}_{(sample.Is("huatuo_pressure_waiting_seconds_total") ? "waiting" : "stalled")}_seconds_total";

    [GeneratedRegex(@"[^a-zA-Z0-9]")]
    private static partial Regex Symbols();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>[^""]*)""")]
    private static partial Regex Labels();

    private sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
    {
        internal string this[string label] => Labels[label];

        internal bool Is(string name) => Name == name;

        internal static Sample Of(string line)
        {
            string[] parts = line.Split(' ');
            return new Sample(
                parts[0].Split('{')[0],
                NodeExporterTests.Labels().Matches(line).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value),
                double.Parse(parts[^1], CultureInfo.InvariantCulture));
        }
    }
}
