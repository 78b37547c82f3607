using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Api.Tasks;

/// <summary>The options of a tracer in a request, of the same kinds as in the configuration.</summary>
internal static class TaskOptions
{
    private const string Field = "options";

    // What would cost the machine, or mean nothing, for a task.
    private static readonly string[] Forbidden = ["enabled", "ring_bytes", "transport"];

    /// <summary>Reads them; those that are not there have their defaults.</summary>
    /// <param name="definition">The tracer.</param>
    /// <param name="given">A JSON object, or nothing.</param>
    /// <exception cref="RefusedException">One is not known, or not right.</exception>
    public static EventTracerOptions Read(EventTracerDefinition definition, JsonElement given)
    {
        var options = (EventTracerOptions)Read(definition.Options, given);
        string[] hooks = [TracerOptions.Auto, .. definition.Ladder.Select(rung => rung.Name)];
        if (!hooks.Contains(options.Hook))
            throw new RefusedException(Refusal.BadRequest($"options.hook: it is none of {string.Join(", ", hooks)}"));
        options.Enabled = true;
        return options;
    }

    /// <summary>Reads those of a schema; those that are not there have their defaults.</summary>
    /// <param name="schema">The options.</param>
    /// <param name="given">A JSON object, or nothing.</param>
    /// <exception cref="RefusedException">One is not known, or not right.</exception>
    public static object Read(OptionSchema schema, JsonElement given)
    {
        var diagnostics = new Diagnostics();
        ConfigNode? section = null;
        if (given.ValueKind == JsonValueKind.Object)
            section = Node(given, "");
        else if (given.ValueKind != JsonValueKind.Undefined)
            throw new RefusedException(Refusal.BadRequest("options is no JSON object"));
        object options = schema.Bind(section, diagnostics, Field);
        return diagnostics.HasErrors ? throw new RefusedException(Refusal.BadRequest($"{diagnostics.Errors[0].Path}: {diagnostics.Errors[0].Message}")) : options;
    }

    private static ConfigNode Node(JsonElement json, string path)
    {
        var position = new Position(path.Length == 0 ? Field : path, 0, 0);
        return json.ValueKind switch
        {
            JsonValueKind.Object => new ConfigMapping(position, [.. json.EnumerateObject().Select(field => Entry(field, path, position))]),
            JsonValueKind.Array => new ConfigSequence(position, [.. json.EnumerateArray().Select(item => Node(item, path))]),
            JsonValueKind.String => new ConfigScalar(position, json.GetString()!, isQuoted: true),
            JsonValueKind.Null => new ConfigScalar(position, ""),
            _ => new ConfigScalar(position, json.GetRawText()),
        };
    }

    private static ConfigEntry Entry(JsonProperty field, string path, Position position)
    {
        if (path.Length == 0 && Forbidden.Contains(field.Name))
            throw new RefusedException(Refusal.BadRequest($"options.{field.Name}: this cannot be set for a task"));
        return new ConfigEntry(field.Name, position, Node(field.Value, $"{path}.{field.Name}"));
    }
}
