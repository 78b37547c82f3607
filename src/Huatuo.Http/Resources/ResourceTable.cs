using Huatuo.Http.Exposition;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Huatuo.Http.Resources;

/// <summary>Brings each request to its resource, and answers what none of them does.</summary>
internal sealed class ResourceTable : IHttpApplication<HttpContext>
{
    private readonly Dictionary<string, (IResource Resource, RouteCounts Counts)> _resources = new(StringComparer.Ordinal);
    private readonly RouteCounts _unknown;
    private readonly string _notFound;
    private readonly Action<string, Exception>? _failed;

    /// <summary>Fixes what is served.</summary>
    /// <param name="resources">Each under its own path.</param>
    /// <param name="requests">Where answers are counted.</param>
    /// <param name="failed">Told the path and the error when a resource throws.</param>
    public ResourceTable(IReadOnlyList<IResource> resources, RequestCounts requests, Action<string, Exception>? failed)
    {
        foreach (var resource in resources)
            _resources.Add(resource.Path, (resource, requests.Add(resource.Path)));
        _unknown = requests.Add("other");
        _notFound = $"nothing is here; there are {string.Join(", ", _resources.Keys)}";
        _failed = failed;
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
        var found = _resources.TryGetValue(context.Request.Path.Value ?? "", out var entry);
        try
        {
            await AnswerAsync(context, found ? entry.Resource : null).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            _failed?.Invoke(entry.Resource?.Path ?? "other", error);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Answer.ErrorAsync(context, 500, "internal", "this failed; the log of the agent says why").ConfigureAwait(false);
        }

        (found ? entry.Counts : _unknown).Count(context.Request.Method, context.Response.StatusCode);
    }

    private Task AnswerAsync(HttpContext context, IResource? resource)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            context.Response.Headers.Connection = "close";
            return Answer.ErrorAsync(context, 413, "body_not_accepted", "nothing here takes a request body");
        }

        if (resource is null)
            return Answer.ErrorAsync(context, 404, "not_found", _notFound);

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return Answer.ErrorAsync(context, 405, "method_not_allowed", "this can be read with GET or HEAD only");
        }

        return resource.GetAsync(context);
    }
}
