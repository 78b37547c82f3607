using Huatuo.Bpf.Abi;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;

namespace Huatuo.Flow.Enrich;

/// <summary>Who an event belongs to: the fields that every event has.</summary>
public readonly struct EventWho
{
    private readonly EventHeader _header;
    private readonly Cgroup? _cgroup;

    internal EventWho(in EventHeader header, Cgroup? cgroup)
    {
        _header = header;
        _cgroup = cgroup;
    }

    /// <summary>The container, when the cgroup is one's.</summary>
    public Container? Container => _cgroup?.Container;

    /// <summary>
    /// Writes <c>context, cpu</c>, then <c>comm, pid, tid, memory_cgroup_css_addr</c> of the task that caused the event or
    /// <c>interrupted{comm, pid, tid}</c> of the one that was in the way, then <c>cgroup_path, container_id,
    /// net_namespace_cookie, net_namespace_inum</c> as far as known.
    /// </summary>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        var context = (EventContext)_header.Context;
        writer.Text("context"u8, context switch
        {
            EventContext.Task => "task"u8,
            EventContext.Softirq => "softirq"u8,
            EventContext.Hardirq => "hardirq"u8,
            _ => "unknown"u8,
        });
        writer.Number("cpu"u8, (ulong)_header.Cpu);
        if (context == EventContext.Task)
        {
            WriteTask(ref writer);
            writer.Hex("memory_cgroup_css_addr"u8, _header.MemoryCgroupCss);
        }
        else
        {
            writer.BeginObject("interrupted"u8);
            WriteTask(ref writer);
            writer.EndObject();
        }
        if (_cgroup is { PathUtf8.Length: > 0 })
            writer.Text("cgroup_path"u8, _cgroup.PathUtf8.Span);
        if (_cgroup?.Container is { } container)
            writer.Text("container_id"u8, container.IdUtf8.Span);
        if (_header.NetnsInum != 0)
        {
            // Before 5.12 a namespace has none until somebody asks for it (net/core/net_namespace.c).
            if (_header.NetnsCookie != 0)
                writer.Number("net_namespace_cookie"u8, _header.NetnsCookie);
            writer.Number("net_namespace_inum"u8, (ulong)_header.NetnsInum);
        }
    }

    private void WriteTask<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("comm"u8, ZeroTerminated(_header.Comm));
        writer.Number("pid"u8, (ulong)_header.Tgid);
        writer.Number("tid"u8, (ulong)_header.Tid);
    }

    /// <summary>The text before the first zero.</summary>
    public static ReadOnlySpan<byte> ZeroTerminated(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)0) is >= 0 and int end ? text[..end] : text;
}
