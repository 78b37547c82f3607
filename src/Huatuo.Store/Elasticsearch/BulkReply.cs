using System.Text.Json;
using Huatuo.Store.Remote;

namespace Huatuo.Store.Elasticsearch;

/// <summary>Reads the answer to <c>_bulk</c>: an item for each document, in their order.</summary>
internal static class BulkReply
{
    /// <inheritdoc cref="IRemoteProtocol.Read"/>
    public static string? Read(ReadOnlySpan<byte> reply, Span<Outcome> outcomes)
    {
        try
        {
            var reader = new Utf8JsonReader(reply);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return "the answer is no JSON object";
            int items = -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isItems = reader.ValueTextEquals("items"u8);
                reader.Read();
                if (isItems && reader.TokenType == JsonTokenType.StartArray)
                    items = Items(ref reader, outcomes);
                else
                    reader.Skip();
            }
            reader.Read();
            return items == outcomes.Length ? null : items < 0 ? "the answer has no items" : $"the answer is for {items} events, and {outcomes.Length} were sent";
        }
        catch (JsonException)
        {
            return "the answer is no JSON, or not whole";
        }
    }

    private static int Items(ref Utf8JsonReader reader, Span<Outcome> outcomes)
    {
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Outcome outcome = Item(ref reader);
            if (count < outcomes.Length)
                outcomes[count] = outcome;
            count++;
        }
        return count;
    }

    // {"create":{"status":201,…,"error":{…}}}
    private static Outcome Item(ref Utf8JsonReader reader)
    {
        int status = 0;
        string error = "";
        if (reader.TokenType != JsonTokenType.StartObject || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isStatus = reader.ValueTextEquals("status"u8);
            bool isError = reader.ValueTextEquals("error"u8);
            reader.Read();
            if (isStatus && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number))
                status = number;
            else if (isError)
                error = reader.TokenType == JsonTokenType.String ? reader.GetString()! : ErrorText.ErrorObject(ref reader);
            else
                reader.Skip();
        }
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndObject)
            throw new JsonException();
        return Judge(status, error);
    }

    private static Outcome Judge(int status, string error) => status switch
    {
        >= 200 and < 300 => new Outcome(OutcomeKind.Delivered),
        // It is there from an earlier try.
        409 => new Outcome(OutcomeKind.Delivered),
        // Too many requests, a full index, a shard that is away.
        408 or 429 or >= 500 => new Outcome(OutcomeKind.Waits, Reason(status, error)),
        400 when IsFull(error) => new Outcome(OutcomeKind.Waits, Reason(status, error)),
        // A blocked or closed index, missing rights, an index that may not be made: somebody can change that.
        401 or 403 or 404 => new Outcome(OutcomeKind.Blocked, Reason(status, error)),
        400 when IsBlocked(error) => new Outcome(OutcomeKind.Blocked, Reason(status, error)),
        >= 400 => new Outcome(OutcomeKind.Refused, Reason(status, error)),
        _ => throw new JsonException(),
    };

    /// <summary>Whether an error of status 400 is one that somebody can change: as many shards as the cluster allows, a closed index, an
    /// alias without an index to write to.</summary>
    /// <param name="error">The error, its type first.</param>
    public static bool MayPass(string error) => IsFull(error) || IsBlocked(error);

    private static bool IsFull(string error) =>
        error.StartsWith("validation_exception", StringComparison.Ordinal)
        // What another node of the cluster than the one that was asked has decided arrives under this name.
        || IsArgument(error, "shards open");

    private static bool IsBlocked(string error) =>
        error.StartsWith("index_closed_exception", StringComparison.Ordinal) || IsArgument(error, "no write index");

    private static bool IsArgument(string error, string about) =>
        error.StartsWith("illegal_argument_exception", StringComparison.Ordinal) && error.Contains(about, StringComparison.Ordinal);

    private static string Reason(int status, string error) => ErrorText.Shorten($"{status} {error}");
}
