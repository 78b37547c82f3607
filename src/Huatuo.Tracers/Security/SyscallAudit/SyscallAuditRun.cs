using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>One run of <c>syscall_audit</c>: what to tell of, and its records.</summary>
internal sealed class SyscallAuditRun(SyscallAuditOptions options, TracerServices services) : IEventTracer
{
    private const int MaxNumber = 512, MaxArgv = 512, LongestPrefix = 128, LongestContainer = 64, LongestComm = 15;
    private readonly BpfNames _names = new(services.Names);
    private SyscallAuditBpf? _bpf;

    public BpfObject Open()
    {
        if (options.Syscalls.Count == 0)
            throw new ArgumentException("tracers.syscall_audit.syscalls: names none; list at least one, or set enabled: false");
        BpfObject opened = BpfImages.Open(SyscallAuditBpf.ObjectName);
        _bpf = new SyscallAuditBpf(opened)
        {
            Uids = options.Uids.Count > 0,
            Comms = options.Comms.Count > 0,
            Containers = options.Containers.Count > 0,
            BpfCommands = BpfNames.Telling,
            OwnTgid = (uint)Environment.ProcessId,
        };
        return opened;
    }

    public void Loaded()
    {
        SyscallAuditBpf bpf = _bpf!;
        foreach (string path in options.Paths)
            bpf.Paths.Set(PathKey(path), 1);
        foreach (uint uid in options.Uids)
            bpf.UidsMap.Set(uid, 1);
        foreach (string comm in options.Comms)
            bpf.CommsMap.Set(CommKey(comm), 1);
        foreach (string container in options.Containers)
            bpf.ContainersMap.Set(ContainerKey(container), 1);
        foreach (SystemCall call in SystemCall.All)
            SetPlan(bpf, call);
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < SyscallAuditRecord.Size)
            return false;
        ref readonly SyscallAuditRecord audit = ref MemoryMarshal.AsRef<SyscallAuditRecord>(record);
        if (SystemCall.Of(audit.Plan.Call) is not { } call || audit.ArgvBytes > MaxArgv || audit.ArgvBytes > record.Length - SyscallAuditRecord.Size)
            return false;
        EventWho who = services.Identity.Resolve(audit.Header, socketCgroupId: 0);
        ReadOnlySpan<byte> argv = record.Slice(SyscallAuditRecord.Size, (int)audit.ArgvBytes);
        output.Emit(audit.Header.MonotonicNs, who.Container, StackText.None, new SyscallAuditEvent(in audit, call, who, argv, _names));
        return true;
    }

    // A program that runs returns from its call under the number of execve, whichever call it was.
    private void SetPlan(SyscallAuditBpf bpf, SystemCall call)
    {
        bool watched = options.Syscalls.Contains(call.Call);
        AuditFlags flags = (watched ? AuditFlags.Watched : 0)
            | (call.IsExec && options.Syscalls.Any(other => SystemCall.Of((byte)other)!.IsExec) ? AuditFlags.Exec : 0)
            | (watched && call.Opens && options.Paths.Count > 0 ? AuditFlags.Paths : 0)
            | (watched && call.Call == AuditedCall.Bpf ? AuditFlags.Bpf : 0);
        var plan = new AuditPlan
        {
            Call = (byte)call.Call,
            Flags = (byte)flags,
            Path = call.Path,
            Path2 = call.Path2,
            Data = call.Data,
            DataKind = (byte)call.Kind,
            DataLength = call.Length,
        };
        if (call.Number >= 0)
            bpf.Plans.Set((uint)call.Number, plan);
        foreach (int number in call.CompatNumbers)
            bpf.Plans.Set((uint)(MaxNumber + number), plan);
    }

    private static PathPrefix PathKey(string path)
    {
        var key = default(PathPrefix);
        key.Bits = Bits(path, key.Text, LongestPrefix, "paths");
        return key;
    }

    private static ContainerPrefix ContainerKey(string container)
    {
        var key = default(ContainerPrefix);
        key.Bits = Bits(container, key.Text, LongestContainer, "containers");
        return key;
    }

    private static TaskName CommKey(string comm)
    {
        var key = default(TaskName);
        _ = Bits(comm, key.Text, LongestComm, "comms");
        return key;
    }

    private static uint Bits(string text, Span<byte> to, int longest, string option)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0 || bytes.Length > longest)
            throw new ArgumentException($"tracers.syscall_audit.{option}: '{text}' has {bytes.Length} bytes; from 1 to {longest} are possible");
        bytes.CopyTo(to);
        return (uint)bytes.Length * 8;
    }
}
