using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Containers;
using Huatuo.Http;
using Huatuo.Http.Api;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>What HTTP serves, from the routes themselves: as a page, and as OpenAPI.</summary>
internal static class ApiText
{
    // A request body where none is taken, and an error that nobody expects.
    private static readonly int[] OfAll = [413, 500];

    // The query of a scoped route is looked at.
    private static readonly int[] OfScoped = [400, 401, 403, 429];

    private static readonly int[] OfBody = [408];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 1, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<int, string> Refusals = new()
    {
        [400] = "A parameter or the body is not right.",
        [401] = "No token, or none that is known.",
        [403] = "The token lacks the scope, or the connection could be listened to.",
        [404] = "What the path names is not there.",
        [408] = "The body came too slowly.",
        [409] = "It cannot be done in the state that things are in.",
        [413] = "The body is too large, or there is one where none is taken.",
        [429] = "More requests, streams or tasks than are allowed.",
        [500] = "It failed; the log of the agent says why.",
        [503] = "Not now; try again.",
    };

    /// <summary>A table of all routes, and the parameters of each.</summary>
    public static string Routes()
    {
        using var resolver = new CgroupResolver(new CgroupMounts());
        var text = new StringBuilder();
        var table = new Table("route", "scope", "what it does");
        foreach (Route route in All(resolver))
            table.Row(Table.Code($"{route.Method} {route.Path}"), string.Join(", ", route.Scope.Words()), route.Summary);
        text.Append(table);
        foreach (Route route in All(resolver).Where(route => route.Parameters.Count + route.Headers.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {route.Method} {route.Path}\n\n");
            var parameters = new Table("parameter", "type", "meaning");
            foreach (Parameter parameter in route.Parameters)
                parameters.Row(Table.Code(parameter.Name), parameter.IsRepeatable ? parameter.Type + ", repeatable" : parameter.Type, parameter.Summary);
            foreach (Parameter header in route.Headers)
                parameters.Row(Table.Code(header.Name), header.Type + ", header", header.Summary);
            text.Append(parameters);
        }
        return text.ToString();
    }

    /// <summary>OpenAPI 3.1.</summary>
    public static string OpenApi()
    {
        using var resolver = new CgroupResolver(new CgroupMounts());
        var paths = new JsonObject();
        foreach (IGrouping<string, Route> path in All(resolver).GroupBy(route => route.Path))
            paths[path.Key] = new JsonObject(path.Select(route => KeyValuePair.Create(route.Method.ToLowerInvariant(), (JsonNode?)Operation(route))));
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "huatuo",
                ["version"] = "v1",
                ["description"] = "Events of the Linux kernel on one machine, and the tracers that find them. On the loopback address and on the agent's Unix socket; there root needs no token. What is under no path here is answered with 404, and a method that a path does not have with 405 and the header Allow, both with the body Error.",
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "Made with 'huatuo token create NAME --scope read,control,profile'." },
                },
                ["schemas"] = new JsonObject
                {
                    ["Error"] = JsonNode.Parse("""
                        {"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message","hint"],"properties":{
                          "code":{"type":"string","description":"A word for programs."},
                          "message":{"type":"string","description":"A sentence for people."},
                          "hint":{"type":"string","description":"What to do about it; may be empty."}}}}}
                        """),
                },
            },
        };
        return document.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Operation(Route route)
    {
        var responses = new JsonObject();
        foreach (Outcome outcome in route.Outcomes)
        {
            var response = new JsonObject { ["description"] = outcome.Summary };
            if (outcome.ContentType.Length > 0)
                response["content"] = new JsonObject { [outcome.ContentType] = outcome.Schema.Length > 0 ? new JsonObject { ["schema"] = JsonNode.Parse(outcome.Schema) } : new JsonObject() };
            responses[outcome.Status.ToString(CultureInfo.InvariantCulture)] = response;
        }
        foreach (int status in Statuses(route))
        {
            responses[status.ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["description"] = Refusals[status],
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Error" } } },
            };
        }
        var operation = new JsonObject { ["summary"] = route.Summary };
        JsonObject[] parameters = [.. new RouteTemplate(route.Path).Names.Select(name => Described(name, "path", route.PathNames[name], "string", false)), .. route.Parameters.Select(parameter => Described(parameter.Name, "query", parameter.Summary, parameter.Type, parameter.IsRepeatable)), .. route.Headers.Select(header => Described(header.Name, "header", header.Summary, header.Type, false))];
        if (parameters.Length > 0)
            operation["parameters"] = new JsonArray(parameters);
        if (route.Body.Length > 0)
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = JsonNode.Parse(route.Body) } } };
        operation["security"] = route.Scope == Scope.None ? new JsonArray() : new JsonArray(new JsonObject { ["token"] = new JsonArray() });
        if (route.Scope != Scope.None)
            operation["x-scope"] = string.Join(',', route.Scope.Words());
        operation["responses"] = responses;
        return operation;
    }

    private static IEnumerable<int> Statuses(Route route) =>
        ((IEnumerable<int>)[.. OfAll, .. route.Refusals, .. route.Scope == Scope.None ? [] : OfScoped, .. route.LargestBody == 0 ? [] : OfBody]).Distinct().Order();

    private static JsonObject Described(string name, string place, string summary, string type, bool isRepeatable)
    {
        var schema = new JsonObject { ["type"] = type };
        return new JsonObject
        {
            ["name"] = name,
            ["in"] = place,
            ["required"] = place == "path",
            ["description"] = summary,
            ["schema"] = isRepeatable ? new JsonObject { ["type"] = "array", ["items"] = schema } : schema,
        };
    }

    private static IReadOnlyList<Route> All(CgroupResolver resolver)
    {
        var sources = new ApiSources
        {
            Options = () => new ApiOptions(),
            DataDir = "",
            EventStore = null,
            Runners = [],
            StartAgain = _ => Task.FromResult(false),
            StartTask = (_, _, _) => throw new NotSupportedException(),
            Containers = new ContainerRegistry(resolver, new CgroupMounts(), new ContainerOptions(), TimeProvider.System, _ => { }),
            Configuration = () => [],
            ChangeOptions = (_, _) => Task.FromResult<OptionRefusal?>(null),
            ConfigurationTree = () => throw new NotSupportedException(),
            ChangeOf = _ => null,
            AwaitsRestart = () => [],
            Reload = _ => throw new NotSupportedException(),
            Rules = () => [],
            Audit = _ => { },
            Warn = _ => { },
        };
        return new HttpServer(new HttpOptions(), [], new Ready(), new VersionInfo("", "", "", "", ""), TimeProvider.System, api: sources).Routes;
    }

    private sealed class Ready : IReadiness
    {
        public bool IsReady([NotNullWhen(false)] out string? reason) => (reason = null) is null;
    }
}
