using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Resources;

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

    /// <summary>Answers with <c>{"error":{"code":…,"message":…}}</c>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="code">A word for programs, in snake case.</param>
    /// <param name="message">A sentence for people.</param>
    public static Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error"u8);
            writer.WriteString("code"u8, code);
            writer.WriteString("message"u8, message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return JsonAsync(context, status, json.WrittenMemory);
    }

    private static void Begin(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }
}
