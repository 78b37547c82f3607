using System.Text.Json;
using Huatuo.Http.Routing;

namespace Huatuo.Http.Api;

/// <summary>A request body that is a JSON object.</summary>
internal static class JsonBody
{
    /// <summary>The largest that is taken, in bytes.</summary>
    public const int Largest = 16 << 10;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads it, and refuses fields that are not known.</summary>
    /// <exception cref="RefusedException">It is none, or has others.</exception>
    public static async Task<JsonElement> ReadAsync(Request request, params IReadOnlyList<string> fields)
    {
        JsonElement root = await ReadAnyAsync(request).ConfigureAwait(false);
        foreach (JsonProperty field in root.EnumerateObject())
            if (!fields.Contains(field.Name))
                throw new RefusedException(Refusal.BadRequest($"'{field.Name}' is no field here", $"there are {string.Join(", ", fields)}"));
        return root;
    }

    /// <summary>Reads it, whatever its fields are.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static async Task<JsonElement> ReadAnyAsync(Request request)
    {
        using var body = new MemoryStream();
        await request.Context.Request.Body.CopyToAsync(body, request.Context.RequestAborted).ConfigureAwait(false);
        try
        {
            JsonElement root = Parse(body.GetBuffer().AsSpan(0, (int)body.Length), Strict);
            return root.ValueKind == JsonValueKind.Object ? root : throw new RefusedException(Refusal.BadRequest("the request body is no JSON object"));
        }
        catch (JsonException wrong)
        {
            throw new RefusedException(Refusal.BadRequest($"the request body is no JSON: {wrong.Message}"));
        }
    }

    /// <summary>Reads JSON whose names and texts are all Unicode, so that whoever asks for one gets it.</summary>
    /// <exception cref="JsonException">It is none, or a text in it has half a surrogate, or bytes that are no UTF-8.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8, JsonDocumentOptions options)
    {
        try
        {
            JsonElement root = JsonElement.Parse(utf8, options);
            ReadTexts(root);
            return root;
        }
        catch (InvalidOperationException wrong)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    /// <summary>A field that is text; null when it is not there.</summary>
    /// <exception cref="RefusedException">It is something else.</exception>
    public static string? Text(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new RefusedException(Refusal.BadRequest($"{name} is no text"));
    }

    private static void ReadTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty field in json.EnumerateObject())
                {
                    _ = field.Name;
                    ReadTexts(field.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in json.EnumerateArray())
                    ReadTexts(item);
                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
        }
    }
}
