using System.Text;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>The document.</summary>
/// <param name="trigger">What was seen.</param>
/// <param name="flame">What ran.</param>
/// <param name="waits">What waited; null for the machine.</param>
/// <param name="stacks">Tasks that wait uninterruptibly.</param>
/// <param name="top">The largest processes.</param>
internal readonly struct AutotracePsiEvent(AutotracePsiTrigger trigger, FlameData flame, FlameData? waits, byte[] stacks, IReadOnlyList<ProcessMemory> top) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("resource"u8, Encoding.UTF8.GetBytes(trigger.Resource));
        trigger.Pressure.WriteReason(ref writer);
        writer.Real("pressure_percent"u8, trigger.Pressure.Value);
        writer.Real("pressure_percent_usual"u8, trigger.Pressure.Usual);
        writer.Real("pressure_percent_level"u8, trigger.Pressure.Level);
        writer.Text("stack"u8, stacks);
        top.Write(ref writer);
        flame.Write(ref writer);
        if (waits is null)
            return;
        writer.BeginObject("offcpu"u8);
        waits.Write(ref writer);
        writer.EndObject();
    }
}
