using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>One hardware error. No task is named: whoever ran when it was told has nothing to do with it.</summary>
internal readonly struct RasEvent(HardwareError error) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("dev"u8, Encoding.UTF8.GetBytes(error.Device));
        writer.Text("event"u8, Encoding.UTF8.GetBytes(error.Event));
        writer.Text("type"u8, error.Type == ErrorType.Unknown ? "unknown"u8 : Encoding.UTF8.GetBytes(error.Type.ToString()));
        writer.BeginObject("info"u8);
        foreach (Detail detail in error.Details)
            detail.Write(ref writer);
        writer.EndObject();
    }
}
