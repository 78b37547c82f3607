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
        if (given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            throw new RefusedException(Refusal.BadRequest("options is no JSON object"));
        bool isGiven = given.ValueKind == JsonValueKind.Object;
        if (isGiven && Array.Find(Forbidden, key => given.TryGetProperty(key, out _)) is { } forbidden)
            throw new RefusedException(Refusal.BadRequest($"options.{forbidden}: this cannot be set for a task"));
        var diagnostics = new Diagnostics();
        object options = schema.Bind(isGiven ? ConfigJson.Read(given, Field) : null, diagnostics, Field);
        return diagnostics.HasErrors ? throw new RefusedException(Refusal.BadRequest($"{diagnostics.Errors[0].Path}: {diagnostics.Errors[0].Message}")) : options;
    }
}
