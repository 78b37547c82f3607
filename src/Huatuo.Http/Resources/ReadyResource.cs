using Huatuo.Http.Routing;

namespace Huatuo.Http.Resources;

/// <summary><c>/readyz</c>: 204 when the agent does what it is meant to do, else 503 with what is awaited.</summary>
internal sealed class ReadyResource(IReadiness readiness) : IResource
{
    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        Route.Open("/readyz", "Whether the agent does what it is meant to do.", AnswerAsync, new Outcome(204, "It does.")) with { Refusals = [503] },
    ];

    private Task AnswerAsync(Request request) => readiness.IsReady(out var reason)
        ? Answer.Empty(request.Context)
        : Answer.RefuseAsync(request.Context, new Refusal(503, "not_ready", reason));
}
