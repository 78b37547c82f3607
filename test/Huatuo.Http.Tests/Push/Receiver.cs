using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Huatuo.Http.Tests.Push;

/// <summary>A server that takes pushes and answers what it is told to.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();

    private Receiver()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(TakeAsync);
    }

    public string Url => _server.Urls.Single() + "/v1/metrics";

    /// <summary>What to answer, and how.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        await receiver._server.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next push.</summary>
    public async Task<Received> NextAsync() =>
        await _received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TestServer.Guard, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        await _received.Writer.WriteAsync(new Received($"{context.Request.Method} {context.Request.Path}", context.Request.ContentType, context.Request.Headers.Authorization, body.ToArray()));
        await Answer(context);
    }
}

/// <summary>One push.</summary>
internal sealed record Received(string Request, string? ContentType, string? Authorization, byte[] Body);
