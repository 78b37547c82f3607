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
        try
        {
            using JsonDocument json = await JsonDocument.ParseAsync(request.Context.Request.Body, Strict, request.Context.RequestAborted).ConfigureAwait(false);
            JsonElement root = json.RootElement.Clone();
            if (root.ValueKind != JsonValueKind.Object)
                throw new RefusedException(Refusal.BadRequest("the request body is no JSON object"));
            foreach (JsonProperty field in root.EnumerateObject())
                if (!fields.Contains(field.Name))
                    throw new RefusedException(Refusal.BadRequest($"'{field.Name}' is no field here", $"there are {string.Join(", ", fields)}"));
            return root;
        }
        catch (JsonException wrong)
        {
            throw new RefusedException(Refusal.BadRequest($"the request body is no JSON: {wrong.Message}"));
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
}
