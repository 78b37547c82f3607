using System.Globalization;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.CpuUtil;

/// <summary>Reads <c>/proc/stat</c> (fs/proc/stat.c: show_stat).</summary>
internal sealed class CpuUtilRun(CpuUtilOptions options, TracerServices services) : IMetricTracer
{
    // USER_HZ, which is 100 on x86-64 and arm64.
    private const double TicksPerSecond = 100;
    private const int Modes = 8;
    private const int GuestModes = 2;
    private const int MaxCpus = 1024;

    private static readonly string[] s_modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "user", "nice"];
    private static readonly MetricFamily s_seconds = new("huatuo_cpu_seconds_total", MetricKind.Counter, "Time of all CPUs, by what they did; user and nice include guests.", "mode");
    private static readonly MetricFamily s_guest = new("huatuo_cpu_guest_seconds_total", MetricKind.Counter, "Time in which CPUs ran guests of this machine.", "mode");
    private static readonly MetricFamily s_cores = new("huatuo_cpu_core_seconds_total", MetricKind.Counter, "Time of each CPU, by what it did; with per_cpu.", "cpu", "mode");

    private static readonly Column[] s_machine =
    [
        new(new("huatuo_cpus_online", MetricKind.Gauge, "CPUs that are online.")),
        new(new("huatuo_interrupts_total", MetricKind.Counter, "Interrupts served.")),
        new(new("huatuo_context_switches_total", MetricKind.Counter, "Times that a CPU went from one task to another.")),
        new(new("huatuo_boot_time_seconds", MetricKind.Gauge, "When the machine was booted, in seconds since 1970-01-01 UTC.")),
        new(new("huatuo_forks_total", MetricKind.Counter, "Processes and threads made.")),
        new(new("huatuo_tasks_running", MetricKind.Gauge, "Tasks on a CPU or waiting for one.")),
        new(new("huatuo_tasks_blocked", MetricKind.Gauge, "Tasks waiting for I/O.")),
    ];

    private readonly ByteFile _file = services.ProcFile("stat");
    private readonly ByteTable<string> _names = new(name => name);
    private readonly GrowingTicks[] _ticks = new GrowingTicks[Modes + GuestModes];
    private readonly SeriesTable _seconds = new(Modes, new Column(s_seconds, TicksPerSecond));
    private readonly SeriesTable _guest = new(GuestModes, new Column(s_guest, TicksPerSecond));
    private readonly SeriesTable _cores = new(MaxCpus * Modes, new Column(s_cores, TicksPerSecond));
    private readonly SeriesTable _machine = new(1, s_machine);
    private readonly ContainerCpu _containers = new(services);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_seconds, s_guest, s_cores, .. s_machine.Select(column => column.Family), .. ContainerCpu.Families];

    public void Write(MetricWriter writer)
    {
        _seconds.Clear();
        _guest.Clear();
        _cores.Clear();
        _machine.Clear();
        Span<ulong> machine = stackalloc ulong[s_machine.Length];
        machine.Fill(SeriesTable.Absent);
        ulong cpus = 0;
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            fields.TryNext(out ReadOnlySpan<byte> key);
            bool isRead = true;
            if (key.SequenceEqual("cpu"u8))
                isRead = TrySum(fields);
            else if (key.StartsWith("cpu"u8))
            {
                cpus++;
                isRead = !options.PerCpu || TryCore(_names.Get(key[3..]), fields);
            }
            else if (Single(key) is > 0 and int column && (isRead = fields.TryNumber(out ulong value)))
                machine[column] = value;
            if (!isRead)
                services.Skipped.Add();
        }
        if (cpus > 0)
            machine[0] = cpus;
        _machine.Add(machine);
        _seconds.Write(writer, services.Skipped);
        _guest.Write(writer, services.Skipped);
        _cores.Write(writer, services.Skipped);
        _machine.Write(writer, services.Skipped);
        _containers.Write(writer);
    }

    private static int Single(ReadOnlySpan<byte> key) => key switch
    {
        _ when key.SequenceEqual("intr"u8) => 1,
        _ when key.SequenceEqual("ctxt"u8) => 2,
        _ when key.SequenceEqual("btime"u8) => 3,
        _ when key.SequenceEqual("processes"u8) => 4,
        _ when key.SequenceEqual("procs_running"u8) => 5,
        _ when key.SequenceEqual("procs_blocked"u8) => 6,
        _ => 0,
    };

    private bool TrySum(FieldReader fields)
    {
        Span<ulong> ticks = stackalloc ulong[Modes + GuestModes];
        int count = fields.Numbers(ticks);
        if (count < Modes)
            return false;
        for (int mode = 0; mode < count; mode++)
            (mode < Modes ? _seconds : _guest).Add([_ticks[mode].Take(ticks[mode])], s_modes[mode]);
        return true;
    }

    private bool TryCore(string cpu, FieldReader fields)
    {
        Span<ulong> ticks = stackalloc ulong[Modes];
        if (!int.TryParse(cpu, NumberStyles.None, CultureInfo.InvariantCulture, out _) || fields.Numbers(ticks) < Modes)
            return false;
        for (int mode = 0; mode < Modes; mode++)
            _cores.Add([ticks[mode]], cpu, s_modes[mode]);
        return true;
    }
}
