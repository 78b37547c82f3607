using System.Text.Json;

namespace Huatuo.Profiling.Formats;

/// <summary>The file format of speedscope: one profile of type <c>sampled</c>, whose weights are nanoseconds, bytes or cycles.</summary>
internal static class SpeedscopeFormat
{
    private const string Schema = "https://www.speedscope.app/file-format-schema.json";

    /// <summary>Writes a profile.</summary>
    internal static void Write(Profile profile, Stream output)
    {
        List<int> ends = [.. Enumerable.Range(1, profile.Stacks.Count - 1).Where(node => profile.Stacks[node].Count > 0)];
        ProfileUnit unit = profile.Kind.Weight;
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("$schema", Schema);
        json.WriteString("exporter", "huatuo");
        json.WriteString("name", profile.Kind.Name);
        json.WriteNumber("activeProfileIndex", 0);
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        for (int frame = 0; frame < profile.Frames.Count; frame++)
        {
            json.WriteStartObject();
            json.WriteString("name", profile.Frames[frame].Name);
            if (profile.Frames[frame].Module.Length > 0)
                json.WriteString("file", profile.Frames[frame].Module);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", profile.Kind.Name);
        json.WriteString("unit", unit switch { ProfileUnit.Bytes => "bytes", ProfileUnit.Cycles => "none", _ => "nanoseconds" });
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", ends.Sum(node => profile.Stacks[node].Value(unit)));
        json.WriteStartArray("samples");
        foreach (int node in ends)
        {
            json.WriteStartArray();
            foreach (int frame in profile.Stacks.Path(node))
                json.WriteNumberValue(frame);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (int node in ends)
            json.WriteNumberValue(profile.Stacks[node].Value(unit));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
