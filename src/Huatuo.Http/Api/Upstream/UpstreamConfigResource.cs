using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api.Upstream;

/// <summary><c>/config</c>: changes options of tracers, in the shape of HUATUO's own API, by the keys of this configuration.</summary>
/// <param name="changes">Changes them.</param>
/// <param name="names">What the tracers may be called.</param>
internal sealed class UpstreamConfigResource(OptionChanges changes, TracerNames names) : IResource
{
    private const string Section = "tracers.";

    private const string BodySchema = """
        {"type":"object","required":["config"],"properties":{"config":{"type":"object",
          "description":"Values by key, such as tracers.dropwatch.ports; options of tracers only."}}}
        """;

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("PUT", "/config", Scope.Control, "Change options of tracers, which are started again with them; as HUATUO's own API has it.", ChangeAsync)
        {
            LargestBody = JsonBody.Largest,
            Body = BodySchema,
            Outcomes = [new Outcome(204, "They hold, now and at the next start of the agent.")],
            Refusals = OptionChanges.Refusals,
        },
    ];

    private async Task ChangeAsync(Request request)
    {
        JsonElement body = await JsonBody.ReadAsync(request, "config").ConfigureAwait(false);
        await changes.ApplyAsync(request, OptionChanges.Read(body, "config", PathOf)).ConfigureAwait(false);
        await Answer.Empty(request.Context).ConfigureAwait(false);
    }

    private string? PathOf(string key)
    {
        if (!key.StartsWith(Section, StringComparison.Ordinal))
            return null;
        string[] parts = key[Section.Length..].Split('.', 2);
        return parts is [var tracer, { Length: > 0 } option] && names.TryFind(tracer, out string? name) ? $"{name}.{option}" : null;
    }
}
