using Huatuo.Http.Exposition;
using Huatuo.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Resources;

/// <summary>
/// <c>/metrics</c>: all sources, in the format that <c>Accept</c> asks for. One scrape runs at a time; another waits for
/// it, and gets 503 when it has waited too long.
/// </summary>
internal sealed class MetricsResource(Scrape scrape) : IResource
{
    private static readonly Refusal Busy = new(
        503, "scrape_busy", "the scrape before this one has not ended", "a metric source hangs, or the scrapes are too many");

    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        Route.Open("/metrics", "All metrics, in the format that Accept asks for.", AnswerAsync, new Outcome(200, "The metrics.", "text/plain")) with { Refusals = [503] },
    ];

    private async Task AnswerAsync(Request request)
    {
        HttpContext context = request.Context;
        var format = Negotiation.Choose(context.Request.Headers.Accept);
        var page = await scrape.RenderAsync(format, context.RequestAborted).ConfigureAwait(false);
        if (page is null)
        {
            await Answer.RefuseAsync(context, Busy).ConfigureAwait(false);
            return;
        }

        try
        {
            context.Response.Headers.Vary = "Accept";
            await Answer.BodyAsync(context, StatusCodes.Status200OK, Negotiation.ContentType(format), page.Written)
                .ConfigureAwait(false);
        }
        finally
        {
            scrape.Return(page);
        }
    }
}
