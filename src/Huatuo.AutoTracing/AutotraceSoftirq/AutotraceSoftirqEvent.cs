using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.AutotraceSoftirq;

/// <summary>The document.</summary>
internal readonly struct AutotraceSoftirqEvent(AutotraceSoftirqTrigger trigger, FlameData flame) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number("cpu"u8, (long)trigger.Cpu);
        trigger.Softirq.WriteReason(ref writer);
        writer.Real("softirq_percent"u8, trigger.Softirq.Value);
        writer.Real("softirq_percent_usual"u8, trigger.Softirq.Usual);
        writer.Real("softirq_percent_level"u8, trigger.Softirq.Level);
        flame.Write(ref writer);
    }
}
