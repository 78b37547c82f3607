using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Huatuo.Http.Routing;

/// <summary>The shapes that answers come in.</summary>
internal static class Answer
{
    /// <summary>A large body goes out in pieces of this size, so that the server's own buffers stay small.</summary>
    private const int Piece = 32 << 10;

    /// <summary>Answers with no body.</summary>
    public static Task Empty(HttpContext context)
    {
        Begin(context, StatusCodes.Status204NoContent);
        return Task.CompletedTask;
    }

    /// <summary>Answers with a whole body.</summary>
    public static async Task BodyAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        Begin(context, status);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        for (; !body.IsEmpty; body = body[Math.Min(Piece, body.Length)..])
            await context.Response.Body
                .WriteAsync(body[..Math.Min(Piece, body.Length)], context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Answers with one JSON document.</summary>
    public static Task JsonAsync(HttpContext context, int status, ReadOnlyMemory<byte> json) =>
        BodyAsync(context, status, "application/json", json);

    /// <summary>Answers with what a writer writes, as one JSON document.</summary>
    public static Task JsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            write(writer);
        return JsonAsync(context, status, json.WrittenMemory);
    }

    /// <summary>Answers with <c>{"error":{"code":…,"message":…,"hint":…}}</c>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="more">Writes what else clients of a route look for; null for nothing.</param>
    public static Task RefuseAsync(HttpContext context, Refusal refusal, Action<Utf8JsonWriter>? more = null)
    {
        switch (refusal.Status)
        {
            case StatusCodes.Status401Unauthorized:
                context.Response.Headers.WWWAuthenticate = "Bearer";
                break;
            case StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable:
                context.Response.Headers.RetryAfter = "1";
                break;
        }
        return JsonAsync(context, refusal.Status, writer =>
        {
            writer.WriteStartObject();
            more?.Invoke(writer);
            writer.WriteStartObject("error"u8);
            writer.WriteString("code"u8, refusal.Code);
            writer.WriteString("message"u8, refusal.Message);
            writer.WriteString("hint"u8, refusal.Hint);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    /// <summary>Begins a stream of server-sent events, whose client has patience for each piece, and no least rate.</summary>
    public static void BeginStream(HttpContext context)
    {
        Begin(context, StatusCodes.Status200OK);
        context.Response.ContentType = "text/event-stream";
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    /// <summary>Sends some of a body that goes on.</summary>
    /// <exception cref="TimeoutException">The client does not read.</exception>
    public static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        for (; !body.IsEmpty; body = body[Math.Min(Piece, body.Length)..])
        {
            await context.Response.Body.WriteAsync(body[..Math.Min(Piece, body.Length)], cancel).AsTask().WaitAsync(patience, time, cancel).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(cancel).WaitAsync(patience, time, cancel).ConfigureAwait(false);
        }
    }

    private static void Begin(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }
}
