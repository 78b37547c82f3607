using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Security;

namespace Huatuo.Http.Api;

/// <summary><c>/api/v1/openapi.json</c>: the description of the API that is in the program.</summary>
internal sealed class DescriptionResource : IResource
{
    /// <inheritdoc/>
    public IEnumerable<Route> Routes =>
    [
        new Route("GET", "/api/v1/openapi.json", Scope.Read, "This description.", GetAsync)
        {
            Outcomes = [new Outcome(200, "OpenAPI 3.1.", "application/json", """{"type":"object"}""")],
        },
    ];

    private static async Task GetAsync(Request request)
    {
        using Stream file = typeof(DescriptionResource).Assembly.GetManifestResourceStream("openapi.json")!;
        byte[] json = new byte[file.Length];
        await file.ReadExactlyAsync(json, request.Context.RequestAborted).ConfigureAwait(false);
        await Answer.JsonAsync(request.Context, 200, json).ConfigureAwait(false);
    }
}
