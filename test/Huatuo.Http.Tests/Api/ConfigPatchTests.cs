using System.Text.Json;
using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

/// <summary><c>PATCH /api/v1/config</c>: what is taken out of a request, and how what comes of it is answered.</summary>
public sealed class ConfigPatchTests
{
    [Fact]
    public async Task A_merge_patch_is_taken_key_by_key_and_the_configuration_is_told_afterwards()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string answer = await PatchAsync(stand, """{"store":{"local":{"max_size":"1GiB","max_age":null}},"api":{"max_streams":3},"rules":[{"name":"r","enabled":false}],"metrics":null}""", 200);
        Assert.Equal("store.local.max_size=1GiB store.local.max_age=null api.max_streams=3 rules=[{\"name\":\"r\",\"enabled\":false}] as JSON metrics=null", Assert.Single(stand.Changes));
        Assert.Equal(
            "for-control changed the configuration: store.local.max_size=1GiB, store.local.max_age=(as configured), api.max_streams=3, rules=(a list), metrics=(as configured)", Assert.Single(stand.Audit));
        Assert.Equal((await stand.GetAsync("/api/v1/config")).GetRawText(), answer);
    }

    [Theory]
    [InlineData("{}", "the patch has nothing in it")]
    [InlineData("""{"store":{"local":{}}}""", "the patch has nothing in it")]
    [InlineData("""{"store.local.max_size":"1GiB"}""", "'store.local.max_size' is no key")]
    [InlineData("""{"store":{"":1}}""", "'' is no key")]
    [InlineData("[1]", "the request body is no JSON object")]
    public async Task What_is_no_patch_is_told(string body, string message)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal(message, Error(await PatchAsync(stand, body, 400)).GetProperty("message").GetString());
        Assert.Empty(stand.Changes);
        Assert.Empty(stand.Audit);
    }

    [Fact]
    public async Task A_change_that_is_refused_is_answered_with_why_and_not_told_as_done()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal(
            """{"code":"conflict","message":"tracers.runs.held is set by --set on the command line; nothing has changed","hint":"start the agent without it"}""",
            Error(await PatchAsync(stand, """{"tracers":{"runs":{"held":1}}}""", 409)).GetRawText());
        Assert.Equal("""{"code":"unavailable","message":"no space left; nothing has changed","hint":"make room"}""", Error(await PatchAsync(stand, """{"tracers":{"runs":{"full":1}}}""", 503)).GetRawText());
        Assert.Equal("bad_request", Error(await PatchAsync(stand, """{"tracers":{"runs":{"port":1}}}""", 400)).GetProperty("code").GetString());
        Assert.Empty(stand.Audit);
    }

    private static JsonElement Error(string answer) => JsonElement.Parse(answer).GetProperty("error");

    private static async Task<string> PatchAsync(ApiStand stand, string body, int status)
    {
        using HttpResponseMessage answer = await stand.SendAsync("PATCH", "/api/v1/config", stand.Token(Scope.Control), new StringContent(body));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode} {text}");
        return text;
    }
}
