using System.Buffers;
using System.Text;
using System.Text.Json;
using Huatuo.Tracers;

namespace Huatuo.Agent.Cli;

/// <summary>Prints found documents: as they are, or a line of a table for each.</summary>
/// <param name="output">Standard output.</param>
/// <param name="json">Whether documents are printed as they are.</param>
internal sealed class EventPrinter(Stream output, bool json)
{
    private const int LongestDetails = 160;

    // What has a column of its own, and what is too long for a table or the same on every line.
    private static readonly HashSet<string> Shown = ["observed_timestamp", "comm", "pid", "tid", "container_id", "context", "cpu", "stack", "source", "cgroup_path", "memory_cgroup_css_addr"];

    private const int Buffered = 64 << 10;

    private readonly ArrayBufferWriter<byte> _lines = new(Buffered);
    private bool _hasHead;

    /// <summary>Prints one document.</summary>
    /// <exception cref="IOException">Nobody reads any more.</exception>
    internal void Print(ReadOnlySpan<byte> document)
    {
        if (json)
        {
            Write(document);
            Write("\n"u8);
            return;
        }
        if (!_hasHead)
            Line("TIME", "TRACER", "CONTAINER", "TASK", "DETAILS");
        _hasHead = true;
        using JsonDocument parsed = JsonDocument.Parse(document.ToArray());
        JsonElement root = parsed.RootElement;
        JsonElement data = root.TryGetProperty("tracer_data", out JsonElement found) ? found : default;
        string container = Text(root, "container_id");
        Line(Text(root, "observed_timestamp"), Text(root, "tracer_name"), container[..Math.Min(12, container.Length)], Task(data), Details(data));
    }

    /// <summary>Hands on what was printed.</summary>
    /// <exception cref="IOException">Nobody reads any more.</exception>
    internal void Flush()
    {
        output.Write(_lines.WrittenSpan);
        _lines.ResetWrittenCount();
    }

    private static string Task(JsonElement data) =>
        Text(data, "comm") is { Length: > 0 } comm ? $"{comm}[{Text(data, "pid")}]" : "";

    private static string Details(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object)
            return "";
        var details = new StringBuilder();
        foreach (JsonProperty field in data.EnumerateObject())
        {
            if (Shown.Contains(field.Name) || field.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                continue;
            details.Append(details.Length > 0 ? " " : "").Append(field.Name).Append('=').Append(field.Value.ToString().ReplaceLineEndings(" "));
            if (details.Length > LongestDetails)
                return details.ToString(0, LongestDetails - 1) + "…";
        }
        return details.ToString();
    }

    private static string Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    private void Line(string time, string tracer, string container, string task, string details) =>
        Write(Encoding.UTF8.GetBytes(TerminalText.Printable($"{time,-30}  {tracer,-21}  {container,-12}  {task,-24}  {details}".TrimEnd()) + "\n"));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _lines.Write(bytes);
        if (_lines.WrittenCount > Buffered)
            Flush();
    }
}
