using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>
/// Requests answered, by route, method and status. The label sets are fixed when the server starts, so no client can
/// make series: whatever is not known counts as <c>other</c>.
/// </summary>
/// <remarks>Requests that the server refuses before they have a path (malformed, headers too large) are not counted.</remarks>
internal sealed class RequestCounts
{
    private readonly List<RouteCounts> _routes = [];

    /// <summary>Adds a route; before the first scrape only.</summary>
    /// <param name="route">The value of the label <c>route</c>.</param>
    public RouteCounts Add(string route)
    {
        var counts = new RouteCounts(route);
        _routes.Add(counts);
        return counts;
    }

    /// <summary>Writes the family; combinations that did not happen have no series.</summary>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_http_requests_total", MetricKind.Counter, "HTTP requests answered.");
        foreach (var route in _routes)
            route.Write(writer);
    }
}
