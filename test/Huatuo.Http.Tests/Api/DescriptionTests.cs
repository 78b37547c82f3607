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

    [Fact]
    public async Task It_has_the_statuses_that_come_before_a_route_is_reached()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement paths = (await stand.GetAsync("/api/v1/openapi.json")).GetProperty("paths");
        Assert.Equal("204 413 500", Statuses("/healthz", "get"));
        Assert.Equal("200 400 401 403 413 429 500", Statuses("/api/v1/tracers", "get"));
        Assert.Equal("200 400 401 403 404 408 409 413 429 500 503", Statuses("/api/v1/tracers/{name}/options", "patch"));
        Assert.Equal("200 400 401 403 408 409 413 429 500 503", Statuses("/api/v1/config", "patch"));
        // As they are answered.
        await stand.GetAsync("/api/v1/tracers?x=1", 400);
        using HttpResponseMessage body = await stand.SendAsync("GET", "/healthz", null, new StringContent("x"));
        Assert.Equal(System.Net.HttpStatusCode.RequestEntityTooLarge, body.StatusCode);

        string Statuses(string path, string method) => string.Join(' ', paths.GetProperty(path).GetProperty(method).GetProperty("responses").EnumerateObject().Select(response => response.Name));
    }

    [Fact]
    public async Task The_header_that_resumes_a_stream_is_a_parameter()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement stream = (await stand.GetAsync("/api/v1/openapi.json")).GetProperty("paths").GetProperty("/api/v1/events/stream").GetProperty("get");
        JsonElement header = stream.GetProperty("parameters").EnumerateArray().Single(parameter => parameter.GetProperty("name").GetString() == "Last-Event-ID");
        Assert.Equal(("header", false), (header.GetProperty("in").GetString(), header.GetProperty("required").GetBoolean()));
    }
}
