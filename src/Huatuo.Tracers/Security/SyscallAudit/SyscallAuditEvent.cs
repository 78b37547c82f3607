using System.Text;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>One system call that has returned. Refers to the record's memory: valid while that is.</summary>
internal readonly ref struct SyscallAuditEvent : IEventFields
{
    private readonly ref readonly SyscallAuditRecord _record;
    private readonly SystemCall _call;
    private readonly EventWho _who;
    private readonly ReadOnlySpan<byte> _argv;
    private readonly BpfNames _names;

    internal SyscallAuditEvent(ref readonly SyscallAuditRecord record, SystemCall call, EventWho who, ReadOnlySpan<byte> argv, BpfNames names)
    {
        _record = ref record;
        _call = call;
        _who = who;
        _argv = argv;
        _names = names;
    }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        _who.Write(ref writer);
        writer.Number("uid"u8, (ulong)_record.Uid);
        writer.Number("euid"u8, (ulong)_record.Euid);
        writer.Text("syscall"u8, Encoding.UTF8.GetBytes(_call.Name));
        if (Has(AuditText.Compat))
            writer.Boolean("compat"u8, true);
        writer.BeginObject("arguments"u8);
        new CallArguments(in _record, _argv, _names).Write(ref writer, _call.Call);
        writer.EndObject();
        if (Has(AuditText.PathCut) || Has(AuditText.Path2Cut) || Has(AuditText.DataCut))
            writer.Boolean("truncated"u8, true);
        writer.Number("return_value"u8, _record.Result);
        if (_record.Result is < 0 and >= -4095)
            writer.Text("error"u8, NumberNames.Error(_record.Result));
        writer.Number("duration_ns"u8, _record.DurationNs);
        if (_call.IsExec && _record.Result >= 0)
            writer.Text("program"u8, EventWho.ZeroTerminated(_record.Program));
    }

    private bool Has(AuditText text) => ((AuditText)_record.Text & text) != 0;
}
