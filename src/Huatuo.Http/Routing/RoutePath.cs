using Huatuo.Http.Exposition;

namespace Huatuo.Http.Routing;

/// <summary>A path with all that can be done under it.</summary>
/// <param name="Template">The path.</param>
/// <param name="Routes">One for each method.</param>
/// <param name="Counts">Counts what was answered.</param>
internal sealed record RoutePath(RouteTemplate Template, IReadOnlyList<Route> Routes, RouteCounts Counts)
{
    /// <summary>The methods, as <c>Allow</c> names them.</summary>
    public string Allow { get; } = string.Join(", ", Routes.SelectMany<Route, string>(route => route.Method == "GET" ? ["GET", "HEAD"] : [route.Method]));

    /// <summary>The route of a method; null when there is none.</summary>
    public Route? Of(string method) => Routes.FirstOrDefault(route => route.Method == method || (route.Method == "GET" && method == "HEAD"));
}
