using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Cpusys;

/// <summary>The document.</summary>
internal readonly struct CpusysEvent(CpusysTrigger trigger, FlameData flame) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number("system_percent"u8, (long)trigger.Percent);
        writer.Number("system_percent_threshold"u8, (long)trigger.Threshold);
        writer.Number("system_percent_delta"u8, (long)trigger.Delta);
        writer.Number("system_percent_delta_threshold"u8, (long)trigger.DeltaThreshold);
        flame.Write(ref writer);
    }
}
