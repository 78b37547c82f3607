using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>Chosen system calls: who, with which arguments, and what came of it.</summary>
internal sealed class SyscallAuditTracer : EventTracerDefinition
{
    public override string Name => "syscall_audit";

    public override string Summary => "Chosen system calls (off by default): who made them, with which arguments, and what came of it.";

    public override OptionSchema Options => SyscallAuditOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("sys_exit", SyscallAuditBpf.Programs.SyscallAuditExit, fetches: false),
            Hook.BtfTracepoint("sched_process_exec", SyscallAuditBpf.Programs.SyscallAuditExec, fetches: false),
            Hook.BtfTracepoint("sys_enter", SyscallAuditBpf.Programs.SyscallAuditEnter, fetches: false)),
    ];

    public override IEventTracer Create(TracerOptions options, TracerServices services) => new SyscallAuditRun((SyscallAuditOptions)options, services);

    public override string FormatText(JsonElement document) => SyscallAuditText.Format(document);
}
