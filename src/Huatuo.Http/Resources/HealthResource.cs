using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Resources;

/// <summary><c>/healthz</c>: 204 as long as the process can answer at all.</summary>
internal sealed class HealthResource : IResource
{
    /// <inheritdoc/>
    public string Path => "/healthz";

    /// <inheritdoc/>
    public Task GetAsync(HttpContext context) => Answer.Empty(context);
}
