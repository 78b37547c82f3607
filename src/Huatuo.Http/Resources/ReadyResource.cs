using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Resources;

/// <summary><c>/readyz</c>: 204 when the agent does what it is meant to do, else 503 with what is awaited.</summary>
internal sealed class ReadyResource(IReadiness readiness) : IResource
{
    /// <inheritdoc/>
    public string Path => "/readyz";

    /// <inheritdoc/>
    public Task GetAsync(HttpContext context) => readiness.IsReady(out var reason)
        ? Answer.Empty(context)
        : Answer.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "not_ready", reason);
}
