using System.Text;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>One kill.</summary>
internal readonly struct OomEvent(string scope, OomSideFacts trigger, OomSideFacts victim, HostMemory host, StackText stack) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("scope"u8, Encoding.UTF8.GetBytes(scope));
        WriteSide(ref writer, "trigger"u8, trigger);
        WriteSide(ref writer, "victim"u8, victim);
        writer.BeginObject("memory_snapshot"u8);
        WriteNumbers(ref writer, "host_meminfo"u8, host.Fields);
        writer.EndObject();
        writer.JsonText("stack"u8, stack.Literal);
    }

    private static void WriteSide<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name, OomSideFacts side)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginObject(name);
        if (side.Css != 0)
            writer.Hex("memory_cgroup_css_addr"u8, side.Css);
        side.Cgroup?.Container?.Write(ref writer);
        writer.Number("pid"u8, (ulong)side.Pid);
        if (side.Comm.Length > 0)
            writer.Text("comm"u8, Encoding.UTF8.GetBytes(side.Comm));
        writer.BeginObject("cgroup"u8);
        if (side.Cgroup is { } cgroup)
            writer.Text("path"u8, cgroup.PathUtf8.Span);
        if (side.Memory.Reading is { } reading)
        {
            writer.Number("current"u8, reading.Current);
            writer.Number("max"u8, reading.Max);
        }
        WriteNumbers(ref writer, "stat"u8, side.Memory.Stat);
        WriteNumbers(ref writer, "events"u8, side.Memory.Events);
        writer.EndObject();
        writer.EndObject();
    }

    private static void WriteNumbers<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<NamedNumber> numbers)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginObject(name);
        foreach (NamedNumber number in numbers)
            writer.Number(number.Name, number.Value);
        writer.EndObject();
    }
}
