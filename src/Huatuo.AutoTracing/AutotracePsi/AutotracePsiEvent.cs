using System.Text;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>The document.</summary>
internal readonly struct AutotracePsiEvent(AutotracePsiTrigger trigger, FlameData flame, byte[] stacks, IReadOnlyList<ProcessMemory> top) : IEventFields
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
    }
}
