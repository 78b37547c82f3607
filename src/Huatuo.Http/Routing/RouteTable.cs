using Huatuo.Http.Exposition;
using Huatuo.Http.Security;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Huatuo.Http.Routing;

/// <summary>Brings each request to its route, if it may pass, and answers what none of them does.</summary>
internal sealed class RouteTable : IHttpApplication<HttpContext>
{
    private const string ApiDescription = "/api/v1/openapi.json";

    private static readonly Refusal Failed = new(500, "internal", "this failed", "the log of the agent says why");

    private readonly List<RoutePath> _paths = [];
    private readonly RouteCounts _unknown;
    private readonly Refusal _notFound;
    private readonly Gate? _gate;
    private readonly Action<string, Exception>? _failed;

    /// <summary>Fixes what is served.</summary>
    /// <param name="routes">All of it.</param>
    /// <param name="gate">Who may; null when all of it is open.</param>
    /// <param name="requests">Where answers are counted.</param>
    /// <param name="failed">Told the path and the error when a route throws.</param>
    public RouteTable(IEnumerable<Route> routes, Gate? gate, RequestCounts requests, Action<string, Exception>? failed)
    {
        _gate = gate;
        _failed = failed;
        foreach (IGrouping<string, Route> path in routes.GroupBy(route => route.Path))
            _paths.Add(new RoutePath(new RouteTemplate(path.Key), [.. path], requests.Add(path.Key)));
        // What is written out counts before a name that stands for it.
        _paths.Sort((one, other) => one.Template.Names.Count - other.Template.Names.Count);
        _unknown = requests.Add("other");
        IEnumerable<string> open = _paths.Where(path => path.Routes.All(route => route.Scope == Scope.None)).Select(path => path.Template.Text);
        string api = _paths.Exists(path => path.Template.Text == ApiDescription) ? $"; the rest is described by {ApiDescription}" : "";
        _notFound = new Refusal(404, "not_found", "nothing is here", $"there are {string.Join(", ", open)}{api}");
    }

    /// <inheritdoc/>
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc/>
    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    /// <inheritdoc/>
    public async Task ProcessRequestAsync(HttpContext context)
    {
        RoutePath? path = Find(context.Request.Path.Value ?? "", out string[] values);
        try
        {
            Refusal? refusal = Admit(context, path, values, out Request? request, out Route? route);
            await (refusal is null ? route!.AnswerAsync(request!) : Answer.RefuseAsync(context, refusal)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (RefusedException refused) when (!context.Response.HasStarted)
        {
            await Answer.RefuseAsync(context, refused.Refusal).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await Answer.RefuseAsync(context, OfBody(bad)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _failed?.Invoke(path?.Template.Text ?? "other", error);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Answer.RefuseAsync(context, Failed).ConfigureAwait(false);
        }

        (path?.Counts ?? _unknown).Count(context.Request.Method, context.Response.StatusCode);
    }

    private RoutePath? Find(string path, out string[] values)
    {
        foreach (RoutePath known in _paths)
            if (known.Template.Matches(path, out values))
                return known;
        values = [];
        return null;
    }

    private Refusal? Admit(HttpContext context, RoutePath? path, string[] values, out Request? request, out Route? route)
    {
        request = null;
        route = path?.Of(context.Request.Method);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && (route?.LargestBody ?? 0) == 0)
        {
            context.Response.Headers.Connection = "close";
            return new Refusal(413, "body_not_accepted", "nothing here takes a request body", "send it without one");
        }
        if (path is null)
            return _notFound;
        if (route is null)
        {
            context.Response.Headers.Allow = path.Allow;
            return new Refusal(405, "method_not_allowed", "this is not done by that method", $"there are {path.Allow}");
        }
        Caller caller = Caller.Anyone;
        if (route.Scope != Scope.None && _gate!.Check(context, route.Scope, out caller) is { } refusal)
            return refusal;
        request = new Request(context, route, values, caller);
        if (route.Scope != Scope.None)
            request.CheckQuery();
        if (route.LargestBody > 0 && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } largest)
            largest.MaxRequestBodySize = route.LargestBody;
        return null;
    }

    private static Refusal OfBody(BadHttpRequestException bad) => bad.StatusCode switch
    {
        413 => new Refusal(413, "body_too_large", "the request body is too large", "the description of the API tells how large it may be"),
        408 => new Refusal(408, "body_too_slow", "the request body came too slowly"),
        _ => Refusal.BadRequest("the request body is not one"),
    };
}
