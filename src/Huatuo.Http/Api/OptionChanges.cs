using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Api;

/// <summary>Requests that change the configuration.</summary>
/// <param name="sources">Changes it.</param>
internal sealed class OptionChanges(ApiSources sources)
{
    /// <summary>Statuses of refusals.</summary>
    public static readonly IReadOnlyList<int> Refusals = [400, 409, 413, 503];

    private const string Section = "tracers.";

    /// <summary>Changes it, and tells of it in the audit log.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="changes">All of it, or nothing.</param>
    /// <exception cref="RefusedException">One is not right, or cannot hold, or none can be kept.</exception>
    public async Task ApplyAsync(Request request, IReadOnlyList<OptionChange> changes)
    {
        if (changes.Any(change => change.Path.StartsWith(Section, StringComparison.Ordinal)) && sources.Runners.Any(runner => runner.State == TracerState.Starting))
            throw new RefusedException(Refusal.Conflict("a tracer is starting", "try again"));
        if (await sources.ChangeOptions(request.Caller.Name, changes).ConfigureAwait(false) is { } refusal)
        {
            throw new RefusedException(refusal.Kind switch
            {
                OptionRefusalKind.Conflict => Refusal.Conflict(refusal.Message, refusal.Hint),
                OptionRefusalKind.NotKept => Refusal.Unavailable(refusal.Message, refusal.Hint),
                _ => Refusal.BadRequest(refusal.Message, refusal.Hint),
            });
        }
        sources.Audit($"{request.Caller.Name} changed the configuration: {string.Join(", ", changes)}");
    }

    /// <summary>Options of tracers in a field of a body.</summary>
    /// <param name="body">A request's body.</param>
    /// <param name="field">The field of the body that has values by key.</param>
    /// <param name="path">Gives <c>TRACER.KEY</c> for a key; null when it is none.</param>
    /// <exception cref="RefusedException">One is no value.</exception>
    public static IReadOnlyList<OptionChange> Read(JsonElement body, string field, Func<string, string?> path)
    {
        if (!body.TryGetProperty(field, out JsonElement options) || options.ValueKind != JsonValueKind.Object)
            throw new RefusedException(Refusal.BadRequest($"{field} is no JSON object"));
        var changes = new List<OptionChange>();
        foreach (JsonProperty option in options.EnumerateObject())
        {
            string key = path(option.Name) ?? throw Wrong(option.Name, "this cannot be changed here");
            if (option.Value.ValueKind == JsonValueKind.Object)
                throw Wrong(option.Name, "it is neither a value nor a list of values");
            changes.Add(OptionChange.Of(Section + key, option.Value));
        }
        return changes.Count > 0 ? changes : throw new RefusedException(Refusal.BadRequest($"{field} has nothing in it"));
    }

    /// <summary>A JSON merge patch of the configuration.</summary>
    /// <param name="patch">A JSON object.</param>
    /// <exception cref="RefusedException">A member of it is no key, or there is nothing in it.</exception>
    public static IReadOnlyList<OptionChange> Read(JsonElement patch)
    {
        var changes = new List<OptionChange>();
        Read(patch, "", changes);
        return changes.Count > 0 ? changes : throw new RefusedException(Refusal.BadRequest("the patch has nothing in it", """write it as {"store":{"local":{"max_size":"1GiB"}}}"""));
    }

    private static void Read(JsonElement section, string path, List<OptionChange> changes)
    {
        foreach (JsonProperty member in section.EnumerateObject())
        {
            if (member.Name.Length == 0 || member.Name.Contains('.', StringComparison.Ordinal))
                throw new RefusedException(Refusal.BadRequest($"'{member.Name}' is no key", """each dot of a path is a level: {"store":{"local":{"max_size":"1GiB"}}}"""));
            string key = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Object)
                Read(member.Value, key, changes);
            else
                changes.Add(OptionChange.Of(key, member.Value));
        }
    }

    private static RefusedException Wrong(string name, string message) => new(Refusal.BadRequest($"{name}: {message}"));
}
