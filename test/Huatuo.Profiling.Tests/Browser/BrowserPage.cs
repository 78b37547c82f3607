using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Huatuo.Profiling.Tests.Browser;

/// <summary>A page, driven and watched by the DevTools protocol.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _asked = [];
    private readonly ConcurrentQueue<string> _requests = [], _faults = [];
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private int _last;

    private BrowserPage()
    {
    }

    /// <summary>What it asked for, by address; the page itself first.</summary>
    internal IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Exceptions that nothing caught, and errors on its console.</summary>
    internal IReadOnlyCollection<string> Faults => _faults;

    internal static async Task<BrowserPage> OpenAsync(Uri socket, Uri address)
    {
        var page = new BrowserPage();
        await page._socket.ConnectAsync(socket, CancellationToken.None);
        page._reading = page.ReadAsync();
        foreach (string domain in (string[])["Page", "Network", "Runtime", "Log"])
            await page.AskAsync($"{domain}.enable", []);
        await page.AskAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        await page._loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return page;
    }

    /// <summary>The value of an expression, or of its promise, as JSON.</summary>
    internal async Task<JsonElement> EvaluateAsync(string expression)
    {
        JsonElement answer = await AskAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.False(answer.TryGetProperty("exceptionDetails", out JsonElement fault), fault.ToString());
        return answer.GetProperty("result").GetProperty("value");
    }

    /// <summary>The value of an expression as soon as it is not null: looked at again whenever the document changes.</summary>
    internal Task<JsonElement> EventuallyAsync(string expression) => EvaluateAsync($$"""
        new Promise(done => {
          const look = () => { const value = {{expression}}; if (value !== null) { watch.disconnect(); done(value); } };
          const watch = new MutationObserver(look);
          watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
          look();
        })
        """).WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Presses the mouse at a point, in pixels from the upper left corner, and lets it go.</summary>
    internal async Task ClickAsync(double x, double y)
    {
        foreach (string type in (string[])["mousePressed", "mouseReleased"])
            await AskAsync("Input.dispatchMouseEvent", new JsonObject { ["type"] = type, ["x"] = x, ["y"] = y, ["button"] = "left", ["clickCount"] = 1 });
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await _reading;
        _socket.Dispose();
    }

    private async Task<JsonElement> AskAsync(string method, JsonObject parameters)
    {
        int id = ++_last;
        TaskCompletionSource<JsonElement> answered = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] message = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters });
        await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return await answered.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private async Task ReadAsync()
    {
        var part = new byte[1 << 16];
        using var message = new MemoryStream();
        while (await _socket.ReceiveAsync(part, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
        {
            message.Write(part.AsSpan(0, received.Count));
            if (!received.EndOfMessage)
                continue;
            Take(JsonElement.Parse(message.ToArray()));
            message.SetLength(0);
        }
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out JsonElement id))
        {
            if (_asked.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? answered) && !message.TryGetProperty("error", out JsonElement error))
                answered.SetResult(message.GetProperty("result"));
            else
                answered?.SetException(new InvalidOperationException(message.ToString()));
            return;
        }
        JsonElement what = message.GetProperty("params");
        switch (message.GetProperty("method").GetString())
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue(what.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Runtime.exceptionThrown":
            case "Runtime.consoleAPICalled" when what.GetProperty("type").GetString() == "error":
            case "Log.entryAdded" when what.GetProperty("entry").GetProperty("level").GetString() == "error":
                _faults.Enqueue(what.ToString());
                break;
        }
    }
}
