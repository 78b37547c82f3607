using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>Chosen system calls: who, with which arguments, and what came of it.</summary>
internal sealed class SyscallAuditTracer : EventTracerDefinition
{
    private static readonly Hook s_exec = Hook.BtfTracepoint("sched_process_exec", SyscallAuditBpf.Programs.SyscallAuditExec, fetches: false);

    public override string Name => "syscall_audit";

    public override string Summary => "Chosen system calls (off by default): who made them, with which arguments, and what came of it.";

    public override OptionSchema Options => SyscallAuditOptions.Keys;

    // From 7.0 on a program on a tracepoint may be preempted, and the kernel skips every other call on that CPU meanwhile. On the plain
    // tracepoints it may not (include/trace/perf.h), but these cost each system call of the machine more.
    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("sys_exit", SyscallAuditBpf.Programs.SyscallAuditExit, fetches: false),
            s_exec,
            Hook.BtfTracepoint("sys_enter", SyscallAuditBpf.Programs.SyscallAuditEnter, fetches: false)),
        HookRung.Of(
            Hook.Tracepoint("raw_syscalls", "sys_exit", SyscallAuditBpf.Programs.SyscallAuditExitPlain),
            s_exec,
            Hook.Tracepoint("raw_syscalls", "sys_enter", SyscallAuditBpf.Programs.SyscallAuditEnterPlain))
        with
        { ComesFirst = kernel => kernel.Release.Since(7, 0) },
    ];

    public override IEventTracer Create(TracerOptions options, TracerServices services) => new SyscallAuditRun((SyscallAuditOptions)options, services);

    public override string FormatText(JsonElement document) => SyscallAuditText.Format(document);
}
