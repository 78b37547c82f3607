using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>The document.</summary>
internal readonly struct CpuidleEvent(CpuidleTrigger trigger, FlameData flame) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number("user_percent"u8, (long)trigger.User.Percent);
        writer.Number("user_percent_threshold"u8, (long)trigger.User.Threshold);
        writer.Number("user_percent_delta"u8, (long)trigger.User.Delta);
        writer.Number("user_percent_delta_threshold"u8, (long)trigger.User.DeltaThreshold);
        writer.Number("system_percent"u8, (long)trigger.System.Percent);
        writer.Number("system_percent_threshold"u8, (long)trigger.System.Threshold);
        writer.Number("system_percent_delta"u8, (long)trigger.System.Delta);
        writer.Number("system_percent_delta_threshold"u8, (long)trigger.System.DeltaThreshold);
        writer.Number("total_percent"u8, (long)trigger.Total.Percent);
        writer.Number("total_percent_threshold"u8, (long)trigger.Total.Threshold);
        writer.Number("total_percent_delta"u8, (long)trigger.Total.Delta);
        writer.Number("total_percent_delta_threshold"u8, (long)trigger.Total.DeltaThreshold);
        flame.Write(ref writer);
    }
}
