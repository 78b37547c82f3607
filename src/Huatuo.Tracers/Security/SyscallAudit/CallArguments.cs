using System.Buffers.Binary;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>The arguments of a call by their names in the manual. What could not be read is left out.</summary>
internal readonly ref struct CallArguments
{
    private readonly ref readonly SyscallAuditRecord _record;
    private readonly ReadOnlySpan<byte> _argv;
    private readonly BpfNames _names;

    internal CallArguments(ref readonly SyscallAuditRecord record, ReadOnlySpan<byte> argv, BpfNames names)
    {
        _record = ref record;
        _argv = argv;
        _names = names;
    }

    private ReadOnlySpan<byte> Data => ((ReadOnlySpan<byte>)_record.Data)[..(int)Math.Min(_record.DataBytes, (uint)((ReadOnlySpan<byte>)_record.Data).Length)];

    internal void Write<TWriter>(ref TWriter writer, AuditedCall call)
        where TWriter : IFieldWriter, allows ref struct
    {
        switch (call)
        {
            case AuditedCall.Execve or AuditedCall.Execveat:
                WriteExec(ref writer, call);
                break;
            case AuditedCall.Open or AuditedCall.Openat or AuditedCall.Openat2:
                WriteOpen(ref writer, call);
                break;
            case AuditedCall.Ptrace:
                writer.Text("request"u8, NumberNames.Ptrace(_record.Arguments[0]));
                writer.Number("pid"u8, (long)Int(1));
                writer.Hex("addr"u8, _record.Arguments[2]);
                writer.Hex("data"u8, _record.Arguments[3]);
                break;
            case AuditedCall.InitModule or AuditedCall.FinitModule or AuditedCall.DeleteModule:
                WriteModule(ref writer, call);
                break;
            case AuditedCall.Bpf:
                WriteBpf(ref writer);
                break;
            case AuditedCall.Mount or AuditedCall.Umount2:
                WriteMount(ref writer, call);
                break;
            case AuditedCall.Connect:
                WriteConnect(ref writer);
                break;
            case AuditedCall.Unshare:
                writer.Text("flags"u8, ArgumentFlags.Clone.Of(_record.Arguments[0]));
                break;
            case AuditedCall.Setns:
                writer.Number("fd"u8, (long)Int(0));
                writer.Text("nstype"u8, ArgumentFlags.Clone.Of(_record.Arguments[1]));
                break;
            case AuditedCall.Kill:
                writer.Number("pid"u8, (long)Int(0));
                writer.Text("sig"u8, NumberNames.Signal(Int(1)));
                break;
            default:
                WriteIds(ref writer, call);
                break;
        }
    }

    private void WriteExec<TWriter>(ref TWriter writer, AuditedCall call)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (call == AuditedCall.Execveat)
            writer.Text("dirfd"u8, NumberNames.Directory(Int(0)));
        WritePath(ref writer, "filename"u8);
        if (Has(AuditText.DataRead))
        {
            writer.BeginArray("argv"u8);
            for (ReadOnlySpan<byte> rest = _argv; !rest.IsEmpty;)
            {
                ReadOnlySpan<byte> item = EventWho.ZeroTerminated(rest);
                writer.Element(item);
                rest = rest[Math.Min(item.Length + 1, rest.Length)..];
            }
            writer.EndArray();
        }
        if (call == AuditedCall.Execveat)
            writer.Text("flags"u8, ArgumentFlags.At.Of(_record.Arguments[4]));
    }

    private void WriteOpen<TWriter>(ref TWriter writer, AuditedCall call)
        where TWriter : IFieldWriter, allows ref struct
    {
        int at = call == AuditedCall.Open ? 0 : 1;
        if (at > 0)
            writer.Text("dirfd"u8, NumberNames.Directory(Int(0)));
        WritePath(ref writer, "filename"u8);
        if (call != AuditedCall.Openat2)
        {
            WriteFlags(ref writer, (uint)_record.Arguments[at + 1], (uint)_record.Arguments[at + 2]);
            return;
        }
        // struct open_how: flags, mode, resolve (include/uapi/linux/openat2.h).
        const int size = 24;
        if (Data.Length < size)
            return;
        WriteFlags(ref writer, BinaryPrimitives.ReadUInt64LittleEndian(Data), BinaryPrimitives.ReadUInt64LittleEndian(Data[8..]));
        writer.Text("resolve"u8, ArgumentFlags.Resolve.Of(BinaryPrimitives.ReadUInt64LittleEndian(Data[16..])));
    }

    private static void WriteFlags<TWriter>(ref TWriter writer, ulong flags, ulong mode)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("flags"u8, ArgumentFlags.Open(flags));
        if (ArgumentFlags.Creates(flags))
            writer.Text("mode"u8, System.Text.Encoding.UTF8.GetBytes("0" + Convert.ToString((long)(mode & 0xffff), 8)));
    }

    private void WriteModule<TWriter>(ref TWriter writer, AuditedCall call)
        where TWriter : IFieldWriter, allows ref struct
    {
        switch (call)
        {
            case AuditedCall.DeleteModule:
                WritePath(ref writer, "name"u8);
                writer.Text("flags"u8, ArgumentFlags.Unload.Of((uint)_record.Arguments[1]));
                break;
            case AuditedCall.InitModule:
                writer.Number("len"u8, _record.Arguments[1]);
                WriteData(ref writer, "param_values"u8);
                break;
            default:
                writer.Number("fd"u8, (long)Int(0));
                WriteData(ref writer, "param_values"u8);
                writer.Text("flags"u8, ArgumentFlags.Module.Of((uint)_record.Arguments[2]));
                break;
        }
    }

    // union bpf_attr: the type stands first, the name of a map at byte 28, that of a program at byte 48.
    private void WriteBpf<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        const ulong mapCreate = 0, programLoad = 5;
        const int nameBytes = 16, mapName = 28, programName = 48;
        ulong command = (uint)_record.Arguments[0];
        writer.Text("cmd"u8, BpfNames.Command(command));
        if (command is mapCreate && Data.Length >= mapName + nameBytes)
        {
            writer.Text("map_type"u8, _names.MapType(BinaryPrimitives.ReadUInt32LittleEndian(Data)));
            writer.Text("map_name"u8, EventWho.ZeroTerminated(Data.Slice(mapName, nameBytes)));
        }
        else if (command is programLoad && Data.Length >= programName + nameBytes)
        {
            writer.Text("prog_type"u8, _names.ProgramType(BinaryPrimitives.ReadUInt32LittleEndian(Data)));
            writer.Text("prog_name"u8, EventWho.ZeroTerminated(Data.Slice(programName, nameBytes)));
        }
    }

    private void WriteMount<TWriter>(ref TWriter writer, AuditedCall call)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (call == AuditedCall.Umount2)
        {
            WritePath(ref writer, "target"u8);
            writer.Text("flags"u8, ArgumentFlags.Umount.Of((uint)_record.Arguments[1]));
            return;
        }
        WritePath(ref writer, "source"u8);
        if (Has(AuditText.Path2Read))
            writer.Text("target"u8, EventWho.ZeroTerminated(_record.Path2));
        WriteData(ref writer, "filesystemtype"u8);
        writer.Text("mountflags"u8, ArgumentFlags.Mount.Of(_record.Arguments[3]));
    }

    private void WriteConnect<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number("sockfd"u8, (long)Int(0));
        if (!Has(AuditText.DataRead))
            return;
        writer.Text("family"u8, SocketAddress.Family(Data));
        writer.Text("address"u8, SocketAddress.Text(Data));
    }

    private void WriteIds<TWriter>(ref TWriter writer, AuditedCall call)
        where TWriter : IFieldWriter, allows ref struct
    {
        bool group = call is AuditedCall.Setgid or AuditedCall.Setresgid;
        if (call is AuditedCall.Setuid or AuditedCall.Setgid)
        {
            writer.Number(group ? "gid"u8 : "uid"u8, (long)Int(0));
            return;
        }
        writer.Number(group ? "rgid"u8 : "ruid"u8, (long)Int(0));
        writer.Number(group ? "egid"u8 : "euid"u8, (long)Int(1));
        writer.Number(group ? "sgid"u8 : "suid"u8, (long)Int(2));
    }

    private void WritePath<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (Has(AuditText.PathRead))
            writer.Text(name, EventWho.ZeroTerminated(_record.Path));
    }

    private void WriteData<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (Has(AuditText.DataRead))
            writer.Text(name, EventWho.ZeroTerminated(Data));
    }

    private int Int(int argument) => (int)_record.Arguments[argument];

    private bool Has(AuditText text) => ((AuditText)_record.Text & text) != 0;
}
