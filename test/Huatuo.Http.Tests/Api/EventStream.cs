using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Huatuo.Http.Tests.Api;

/// <summary>Reads a stream of server-sent events.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private EventStream(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _lines = new StreamReader(body, Encoding.UTF8);
    }

    public static async Task<EventStream> OpenAsync(ApiStand stand, string query, string token, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events/stream" + query);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        HttpResponseMessage answer = await stand.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.ToString());
        return await OfAsync(answer);
    }

    public static async Task<EventStream> OfAsync(HttpResponseMessage answer) =>
        new(answer, await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

    /// <summary>The lines up to the next empty one; none at the end.</summary>
    public async Task<string[]> NextAsync()
    {
        List<string> lines = [];
        while (true)
        {
            string? line = await _lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TestServer.Guard);
            if (line is null)
                return [];
            if (line.Length == 0)
                return [.. lines];
            lines.Add(line);
        }
    }

    /// <summary>The data of the next event.</summary>
    public async Task<JsonElement> DataAsync()
    {
        string[] lines;
        do
            lines = await NextAsync();
        while (lines is [[':', ..]]);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("data: ", lines[1], StringComparison.Ordinal);
        JsonElement data = JsonElement.Parse(lines[1]["data: ".Length..]);
        Assert.Equal("id: " + data.GetProperty("id").GetString(), lines[0]);
        return data;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
    }
}
