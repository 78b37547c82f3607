using Huatuo.Flow.Containers;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api;

/// <summary><c>/api/v1/containers</c>: the containers that are known.</summary>
/// <param name="containers">Who knows them.</param>
internal sealed class ContainersResource(ContainerRegistry containers) : IResource
{
    private const int DefaultLimit = 1000;

    private const string PageSchema = """
        {"type":"object","required":["items"],"properties":{"items":{"type":"array","items":
        """ + ContainerDocument.Schema + """
        },
          "next_cursor":{"type":"string","description":"Goes on behind this page; absent on the last one."}}}
        """;

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/containers", Scope.Read, "The containers with cgroup, first process, network namespace and who named them, in the order of their ids.", ListAsync)
        {
            Parameters =
            [
                new("container", "string", "Only those with this name, or whose id begins so."),
                new("pod", "string", "Only those of a pod, by its name or uid."),
                new("ended", "boolean", "Also those that ended a short while ago."),
                new("limit", "integer", $"How many the page has at most, from 1 to {DefaultLimit}; {DefaultLimit} unless said."),
                new("cursor", "string", "next_cursor of the page before."),
            ],
            Outcomes = [new Outcome(200, "A page of containers.", "application/json", PageSchema)],
            Refusals = [400],
        },
    ];

    private Task ListAsync(Request request)
    {
        int limit = (int)(request.Number("limit", 1, DefaultLimit) ?? DefaultLimit);
        string? after = request.Text("cursor");
        string? container = request.Text("container");
        string? pod = request.Text("pod");
        Container[] page = [.. (request.Flag("ended") ? containers.Known : containers.Live)
            .Where(known => after is null || string.CompareOrdinal(known.Id, after) > 0)
            .Where(known => container is null || known.Id.StartsWith(container, StringComparison.Ordinal) || known.Names.Name == container)
            .Where(known => pod is null || known.Names.PodName == pod || known.Names.PodUid == pod)
            .OrderBy(known => known.Id, StringComparer.Ordinal)
            .Take(limit + 1)];
        return Answer.JsonAsync(request.Context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("items");
            foreach (Container known in page.Take(limit))
                ContainerDocument.Write(json, known, containers, known.Sources.Select(source => source.ToString().ToLowerInvariant()));
            json.WriteEndArray();
            if (page.Length > limit)
                json.WriteString("next_cursor", page[limit - 1].Id);
            json.WriteEndObject();
        });
    }
}
