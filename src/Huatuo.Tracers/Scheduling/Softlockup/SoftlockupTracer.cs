using System.Text.Json;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Kmsg;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>CPUs that run in the kernel for longer than <c>kernel.watchdog_thresh</c> twice over, without letting others.</summary>
internal sealed class SoftlockupTracer : EventTracerDefinition
{
    internal const string LogRung = "kmsg";

    internal static readonly CounterFamily Lockups = new("huatuo_softlockup_total", "Soft lockups that the kernel told of, each time that it told.");

    private static readonly HookRung s_console = HookRung.BtfTracepoint("console", SoftlockupBpf.Programs.SoftlockupConsole, fetches: false);

    public override string Name => "softlockup";

    public override string Summary => "CPUs stuck in the kernel: which, for how long, who, where, and what every other CPU runs.";

    public override OptionSchema Options => SoftlockupOptions.Keys;

    public override bool IsSlow => true;

    public override IReadOnlyList<CounterFamily> Counters => [Lockups];

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        s_console with { Lacks = (kernel, _) => LacksDetector() ?? LacksFormatting(kernel) },
        HookRung.Of(Hook.Kprobe("add_taint", SoftlockupBpf.Programs.SoftlockupTaint)) with { Lacks = (_, _) => LacksDetector() },
        HookRung.User(LogRung, _ => LacksDetector() ?? LacksLog()),
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) => services.Rung == LogRung
        ? new SoftlockupLogRun((SoftlockupOptions)options, services)
        : new SoftlockupRun((SoftlockupOptions)options, services);

    public override string FormatText(JsonElement document) => SoftlockupText.Format(document);

    private static Unsupported? LacksDetector() => File.Exists("/proc/sys/kernel/soft_watchdog")
        ? null
        : new Unsupported("the soft lockup detector", "", "needs a kernel built with CONFIG_SOFTLOCKUP_DETECTOR");

    private static Unsupported? LacksFormatting(KernelFeatures kernel) => kernel.Release.Since(5, 19)
        ? null
        : new Unsupported("the tracepoint console where messages are formatted", "5.19", "the other hooks do without");

    private static Unsupported? LacksLog() => KernelLog.CanFollow()
        ? null
        : new Unsupported("the kernel log", "", $"{KernelLog.Device} must be there, and reading it needs root or CAP_SYSLOG");
}
