using System.Text.Json;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Tests.Api;

public sealed class DescriptionTests
{
    [Fact]
    public async Task The_description_has_every_route_and_what_it_answers()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement paths = (await stand.GetAsync("/api/v1/openapi.json")).GetProperty("paths");
        Assert.Equal(
            stand.Server.Routes.Select(route => $"{route.Method} {route.Path}").Order(),
            paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).Order());
        foreach (Route route in stand.Server.Routes)
        {
            JsonElement operation = paths.GetProperty(route.Path).GetProperty(route.Method.ToLowerInvariant());
            Assert.Subset(
                operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).ToHashSet(),
                route.Refusals.Concat(route.Outcomes.Select(outcome => outcome.Status)).Select(status => $"{status}").ToHashSet());
        }
    }
}
