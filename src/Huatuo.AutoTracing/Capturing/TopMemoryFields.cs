using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>The largest processes in a document.</summary>
internal static class TopMemoryFields
{
    /// <summary>Writes <c>top_memory_usage[{PID, ProcessName, MemSize}]</c>.</summary>
    internal static void Write<TWriter>(this IReadOnlyList<ProcessMemory> top, ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginArray("top_memory_usage"u8);
        foreach (ProcessMemory process in top)
        {
            writer.BeginElement();
            writer.Number("PID"u8, (long)process.Pid);
            writer.Text("ProcessName"u8, Encoding.UTF8.GetBytes(process.Name));
            writer.Number("MemSize"u8, process.ResidentBytes);
            writer.EndObject();
        }
        writer.EndArray();
    }
}
