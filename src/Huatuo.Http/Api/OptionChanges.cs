using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Api;

/// <summary>Options of a tracer in a request that changes them.</summary>
/// <param name="sources">Changes them.</param>
internal sealed class OptionChanges(ApiSources sources)
{
    /// <summary>Changes them, and tells of it in the audit log.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="changes">Values as the command line has them, by <c>TRACER.KEY</c>; null for none.</param>
    /// <exception cref="RefusedException">One is not right, or cannot hold.</exception>
    public async Task ApplyAsync(Request request, IReadOnlyDictionary<string, string?> changes)
    {
        if (sources.Runners.Any(runner => runner.State == TracerState.Starting))
            throw new RefusedException(Refusal.Conflict("a tracer is starting", "try again"));
        if (await sources.ChangeOptions(request.Caller.Name, changes).ConfigureAwait(false) is { } refusal)
            throw new RefusedException(refusal.IsConflict ? Refusal.Conflict(refusal.Message, refusal.Hint) : Refusal.BadRequest(refusal.Message, refusal.Hint));
        sources.Audit($"{request.Caller.Name} changed options of tracers: {string.Join(", ", changes.Select(change => $"{change.Key}={change.Value ?? "(as configured)"}"))}");
    }

    /// <summary>Values as the command line has them, where a list is written with commas; null for none.</summary>
    /// <param name="body">A request's body.</param>
    /// <param name="field">The field of the body that has them by key.</param>
    /// <param name="path">Gives <c>TRACER.KEY</c> for a key; null when it is none.</param>
    /// <exception cref="RefusedException">One is no value that can be written so.</exception>
    public static IReadOnlyDictionary<string, string?> Read(JsonElement body, string field, Func<string, string?> path)
    {
        if (!body.TryGetProperty(field, out JsonElement options) || options.ValueKind != JsonValueKind.Object)
            throw new RefusedException(Refusal.BadRequest($"{field} is no JSON object"));
        var changes = new Dictionary<string, string?>();
        foreach (JsonProperty option in options.EnumerateObject())
        {
            string key = path(option.Name) ?? throw Wrong(option.Name, "this cannot be changed here");
            changes[key] = option.Value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Array => string.Join(',', option.Value.EnumerateArray().Select(item => Item(option.Name, item))),
                _ => Value(option.Name, option.Value),
            };
        }
        return changes.Count > 0 ? changes : throw new RefusedException(Refusal.BadRequest($"{field} has nothing in it"));
    }

    private static string Item(string name, JsonElement item)
    {
        string text = Value(name, item);
        return text.Contains(',', StringComparison.Ordinal) ? throw Wrong(name, "an item with a comma cannot be set here") : text;
    }

    private static string Value(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw Wrong(name, "it is neither a value nor a list of values"),
    };

    private static RefusedException Wrong(string name, string message) => new(Refusal.BadRequest($"{name}: {message}"));
}
