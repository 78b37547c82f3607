using System.Text.Json;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>What the tests read of a document of dropwatch.</summary>
internal static class DropDocument
{
    /// <summary>The destination port; 0 when it is not TCP.</summary>
    public static int Port(JsonElement document) => Tcp(document) is { } tcp ? tcp.GetProperty("dport").GetInt32() : 0;

    /// <summary>The TCP sequence number.</summary>
    public static long Sequence(JsonElement document) => Tcp(document)!.Value.GetProperty("seq").GetInt64();

    /// <summary>Everything but what two observers of one drop see differently: their own identifiers and clocks.</summary>
    public static string Observed(JsonElement document)
    {
        string[] own = ["id", "tracer_id", "time", "tracer_time", "uploaded_time", "observed_timestamp"];
        return string.Join('\n', document.EnumerateObject()
            .Where(field => !own.Contains(field.Name))
            .Select(field => field.Name == "tracer_data" ? $"tracer_data {Data(field.Value)}" : $"{field.Name} {field.Value.GetRawText()}"));
    }

    // The field "source" names the program.
    private static string Data(JsonElement data) =>
        string.Join('\n', data.EnumerateObject().Where(field => field.Name is not ("source" or "observed_timestamp")).Select(field => $"{field.Name} {field.Value.GetRawText()}"));

    private static JsonElement? Tcp(JsonElement document) =>
        document.GetProperty("tracer_data").GetProperty("layers").TryGetProperty("tcp", out JsonElement tcp) ? tcp : null;
}
