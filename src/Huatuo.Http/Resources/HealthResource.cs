using Huatuo.Http.Routing;

namespace Huatuo.Http.Resources;

/// <summary><c>/healthz</c>: 204 as long as the process can answer at all.</summary>
internal sealed class HealthResource : IResource
{
    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        Route.Open("/healthz", "Whether the process can answer at all.", request => Answer.Empty(request.Context), new Outcome(204, "It can.")),
    ];
}
