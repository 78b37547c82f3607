using System.Text.Json;

namespace Huatuo.Bench.Faults;

/// <summary>One stored event of the flood.</summary>
/// <param name="Number">The number of the packet.</param>
/// <param name="Id">The event's own.</param>
/// <param name="Time">When it was observed.</param>
internal readonly record struct Seen(long Number, string Id, DateTimeOffset Time)
{
    /// <summary>Reads it from a document; null for an event of another tracer.</summary>
    internal static Seen? Of(string document)
    {
        using JsonDocument json = JsonDocument.Parse(document);
        JsonElement root = json.RootElement;
        return root.GetProperty("tracer_name").GetString() != "dropwatch" ? null : new Seen(
            root.GetProperty("tracer_data").GetProperty("layers").GetProperty("tcp").GetProperty("seq").GetInt64(),
            root.GetProperty("id").GetString()!,
            root.GetProperty("observed_timestamp").GetDateTimeOffset());
    }
}
