using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Memburst;

/// <summary>The document.</summary>
internal readonly struct MemburstEvent(MemburstTrigger trigger, IReadOnlyList<ProcessMemory> top) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number("anon_bytes"u8, trigger.Anonymous);
        writer.Number("anon_before_bytes"u8, trigger.Oldest);
        writer.Number("memory_total_bytes"u8, trigger.Total);
        top.Write(ref writer);
    }
}
