using System.Text;
using System.Text.Json;
using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

/// <summary>Text in requests that is not Unicode: JSON can have it, and nobody can read it.</summary>
public sealed class JsonTextTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("PATCH", "/api/v1/tracers/runs/options", """{"options":{"ports":"?"}}""")]
    [InlineData("PATCH", "/api/v1/tracers/runs/options", """{"options":{"ports":["80","?"]}}""")]
    [InlineData("PATCH", "/api/v1/tracers/runs/options", """{"options":{"?":1}}""")]
    [InlineData("PATCH", "/api/v1/config", """{"api":{"?":1}}""")]
    [InlineData("PATCH", "/api/v1/config", """{"rules":[{"name":"?"}]}""")]
    [InlineData("POST", "/api/v1/tasks", """{"tracer":"?","duration":"1s"}""")]
    [InlineData("POST", "/api/v1/tasks", """{"tracer":"runs","duration":"1s","options":{"hook":"?"}}""")]
    [InlineData("POST", "/api/v1/tasks", """{"tracer":"runs","duration":"1s","options":{"?":"x"}}""")]
    [InlineData("POST", "/tasks", """{"tracer_name":"runs","timeout":1,"trace_args":["hook=?"]}""")]
    [InlineData("POST", "/tasks", """{"tracer_name":"runs","timeout":1,"request_id":"?"}""")]
    [InlineData("PUT", "/config", """{"config":{"runs.hook":"?"}}""")]
    [InlineData("POST", "/v1/events/watch", """{"filters":{"hostname":"?"}}""")]
    [InlineData("POST", "/v1/events/watch", """{"?":1,"?":2}""")]
    public async Task It_is_a_bad_request(string method, string path, string body)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        foreach (byte[] bad in Bad(body))
        {
            (int status, JsonElement answer) = await SendAsync(stand, method, path, bad);
            Assert.Equal(400, status);
            Assert.Equal("bad_request", answer.GetProperty("error").GetProperty("code").GetString());
            Assert.StartsWith("the request body is no JSON: ", answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        Assert.Empty(stand.Failures);
        Assert.Empty(stand.Audit);
    }

    [Theory]
    [InlineData("""{"matchers":["?"]}""")]
    [InlineData("""{"?":"x"}""")]
    public async Task A_querier_is_told_in_its_way(string body)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        foreach (byte[] bad in Bad(body))
        {
            (int status, JsonElement answer) = await SendAsync(stand, "POST", "/querier.v1.QuerierService/LabelNames", bad);
            Assert.Equal((400, "invalid_argument"), (status, answer.GetProperty("code").GetString()));
            Assert.StartsWith("this is no request of LabelNames: ", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        Assert.Empty(stand.Failures);
    }

    // Either half of a surrogate, and a byte that UTF-8 does not have.
    private static IEnumerable<byte[]> Bad(string body) =>
    [
        Encoding.UTF8.GetBytes(body.Replace("?", @"\ud800", StringComparison.Ordinal)),
        Encoding.UTF8.GetBytes(body.Replace("?", @"a\udc00b", StringComparison.Ordinal)),
        Encoding.Latin1.GetBytes(body.Replace('?', '\u00ff')),
    ];

    private static async Task<(int Status, JsonElement Answer)> SendAsync(ApiStand stand, string method, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage answer = await stand.SendAsync(method, path, stand.Token(Scope.Read | Scope.Control | Scope.Profile), content);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)));
    }
}
