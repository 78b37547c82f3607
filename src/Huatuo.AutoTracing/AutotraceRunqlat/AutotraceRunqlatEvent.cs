using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>The document.</summary>
internal readonly struct AutotraceRunqlatEvent(AutotraceRunqlatTrigger trigger, FlameData flame) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        trigger.Mean.WriteReason(ref writer);
        writer.Number("waits"u8, trigger.Waits);
        writer.Real("wait_us"u8, trigger.Mean.Value);
        writer.Real("wait_us_usual"u8, trigger.Mean.Usual);
        writer.Real("wait_us_level"u8, trigger.Mean.Level);
        writer.Real("wait_us_longest"u8, trigger.LongestUs);
        flame.Write(ref writer);
    }
}
