using System.Text;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Documents;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>The document.</summary>
/// <param name="hit">What has come to hold.</param>
/// <param name="pictures">What profilers saw.</param>
internal readonly struct AutotraceTriggerEvent(TriggerHit hit, IReadOnlyList<(ProfilerDefinition Profiler, FlameData Flame)> pictures) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("trigger"u8, Encoding.UTF8.GetBytes(hit.Trigger.Name));
        writer.Text("when"u8, Encoding.UTF8.GetBytes(hit.Trigger.When.Text));
        writer.Text("series"u8, Encoding.UTF8.GetBytes(hit.Series));
        writer.Real("value"u8, hit.Value);
        writer.Real("threshold"u8, hit.Trigger.When.Threshold);
        writer.Number("samples"u8, (long)hit.Trigger.When.Samples);
        writer.BeginArray("captures"u8);
        foreach ((ProfilerDefinition profiler, FlameData flame) in pictures)
        {
            writer.BeginElement();
            writer.Text("profiler"u8, Encoding.UTF8.GetBytes(profiler.Name));
            writer.Text("unit"u8, flame.Unit switch { ProfileUnit.Nanoseconds => "ns"u8, ProfileUnit.Bytes => "bytes"u8, ProfileUnit.Cycles => "cycles"u8, _ => "count"u8 });
            flame.Write(ref writer);
            writer.EndObject();
        }
        writer.EndArray();
        hit.Largest?.Write(ref writer);
    }
}
