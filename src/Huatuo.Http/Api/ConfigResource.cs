using System.Text.Json;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api;

/// <summary><c>/api/v1/config</c>: the configuration that holds.</summary>
/// <param name="sources">What knows it.</param>
/// <param name="changes">Changes it.</param>
internal sealed class ConfigResource(ApiSources sources, OptionChanges changes) : IResource
{
    // A list of rules can be long.
    private const int LargestPatch = 64 << 10;

    private const string Schema = """
        {"type":"object","required":["config","options","rules","awaits_restart"],"properties":{
          "config":{"type":"object","description":"All of it as the configuration file would have it, with the rules whole; secrets are hidden."},
          "options":{"type":"array","items":{"type":"object","required":["key","value","origin","reload","patch"],"properties":{
            "key":{"type":"string"},
            "value":{"type":"string","description":"As it is written in the configuration file; secrets are hidden."},
            "origin":{"type":"string","description":"Where it was written: a file and line, an option of the command line, or default."},
            "reload":{"type":"string","enum":["yes","restart"],"description":"Whether a change holds when the configuration is read again, or when the agent is started again."},
            "patch":{"type":"boolean","description":"Whether PATCH can change it."}}}},
          "awaits_restart":{"type":"array","items":{"type":"string"},"description":"Keys that have changed, and hold when the agent is started again."},
          "rules":{"type":"array","description":"Where each rule comes from, in the order of config.rules.","items":{"type":"object","required":["name","tracer","enabled","origin"],"properties":{
            "name":{"type":"string"},"tracer":{"type":"string"},"enabled":{"type":"boolean"},"origin":{"type":"string"}}}}}}
        """;

    private const string ReloadSchema = """
        {"type":"object","required":["applied","awaits_restart"],"properties":{
          "applied":{"type":"array","items":{"type":"string"},"description":"Keys that have changed, and hold now."},
          "awaits_restart":{"type":"array","items":{"type":"string"},"description":"Keys that have changed, and hold when the agent is started again."}}}
        """;

    private const string PatchSchema = """
        {"type":"object","description":"A JSON merge patch (RFC 7396) of config: keys whose patch is true, rules, and options of tracers. null stands for what the configuration file says, or the default; for a section, of all its keys. Lists are replaced as a whole."}
        """;

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/config", Scope.Read, "The configuration that holds, and where each value comes from.", GetAsync)
        {
            Outcomes = [new Outcome(200, "The configuration.", "application/json", Schema)],
        },
        new Route("PATCH", "/api/v1/config", Scope.Control, "Change the configuration, all of the patch or nothing, now and at the next start of the agent.", ChangeAsync)
        {
            LargestBody = LargestPatch,
            Body = PatchSchema,
            Outcomes = [new Outcome(200, "The configuration afterwards.", "application/json", Schema)],
            Refusals = OptionChanges.Refusals,
        },
        new Route("POST", "/api/v1/config/reload", Scope.Control, "Read the configuration again, as at SIGHUP.", ReloadAsync)
        {
            Outcomes = [new Outcome(200, "What holds now, and what when the agent is started again.", "application/json", ReloadSchema)],
            Refusals = [400],
        },
    ];

    private Task GetAsync(Request request) => Answer.JsonAsync(request.Context, 200, json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("config");
        ConfigJson.Write(json, sources.ConfigurationTree());
        json.WriteStartArray("options");
        foreach (EffectiveOption option in sources.Configuration())
        {
            json.WriteStartObject();
            json.WriteString("key", option.Path);
            json.WriteString("value", OptionText.Shown(option));
            json.WriteString("origin", Origin(option.Origin));
            KeyChange? change = sources.ChangeOf(option.Path);
            json.WriteString("reload", change is KeyChange.File or KeyChange.Request ? "yes" : "restart");
            json.WriteBoolean("patch", change == KeyChange.Request);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Write(json, "awaits_restart", sources.AwaitsRestart());
        json.WriteStartArray("rules");
        foreach (ConfiguredRule rule in sources.Rules())
        {
            json.WriteStartObject();
            json.WriteString("name", rule.Rule.Name);
            json.WriteString("tracer", rule.Rule.Tracer);
            json.WriteBoolean("enabled", rule.Rule.Enabled);
            json.WriteString("origin", Origin(rule.Origin));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private async Task ChangeAsync(Request request)
    {
        await changes.ApplyAsync(request, OptionChanges.Read(await JsonBody.ReadAnyAsync(request).ConfigureAwait(false))).ConfigureAwait(false);
        await GetAsync(request).ConfigureAwait(false);
    }

    private async Task ReloadAsync(Request request)
    {
        ReloadOutcome outcome = await sources.Reload(request.Caller.Name).ConfigureAwait(false);
        if (outcome.Errors.Count > 0)
            throw new RefusedException(Refusal.BadRequest(outcome.Errors[0], "nothing has changed"));
        sources.Audit($"{request.Caller.Name} had the configuration read again");
        await Answer.JsonAsync(request.Context, 200, json =>
        {
            json.WriteStartObject();
            Write(json, "applied", outcome.Applied);
            Write(json, "awaits_restart", outcome.Restart);
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> keys)
    {
        json.WriteStartArray(name);
        foreach (string key in keys)
            json.WriteStringValue(key);
        json.WriteEndArray();
    }

    private static string Origin(Position? position) => position?.ToShortString() ?? "default";
}
