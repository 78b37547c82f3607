using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Profiling.Formats;

namespace Huatuo.Http.Api.Profiles;

/// <summary>What a client of Pyroscope's querier asks, of whatever method.</summary>
internal sealed record QuerierRequest
{
    /// <summary>The type of profiles.</summary>
    public string Type { get; private set; } = "";

    /// <summary>Conditions on labels.</summary>
    public string Selector { get; private set; } = "";

    /// <summary>A label.</summary>
    public string Name { get; private set; } = "";

    /// <summary>From when, in milliseconds since 1970; 0 when that is not asked.</summary>
    public long Start { get; private set; }

    /// <summary>Until when, alike.</summary>
    public long End { get; private set; }

    /// <summary>How many functions a flame graph has at most; 0 for all.</summary>
    public long MaxNodes { get; private set; }

    /// <summary>How many series are told at most; 0 for all.</summary>
    public long Limit { get; private set; }

    /// <summary>The length of a step, in seconds.</summary>
    public double Step { get; private set; }

    /// <summary>Labels that series are told apart by.</summary>
    public List<string> GroupBy { get; } = [];

    /// <summary>Conditions on labels.</summary>
    public List<string> Matchers { get; } = [];

    /// <summary>Reads a message.</summary>
    /// <param name="method">The method, whose message it is.</param>
    /// <param name="message">It.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static QuerierRequest OfProto(string method, ReadOnlySpan<byte> message)
    {
        var request = new QuerierRequest();
        for (var reader = new ProtoReader(message); reader.TryNext();)
            request.Set(Field(method, reader.Field), Encoding.UTF8.GetString(reader.Bytes), (long)reader.Number, reader.Bytes.Length == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(reader.Bytes) : 0);
        return request;
    }

    /// <summary>Reads JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static QuerierRequest OfJson(ReadOnlySpan<byte> body)
    {
        var request = new QuerierRequest();
        JsonElement json = JsonBody.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonException("it is no object");
        foreach (JsonProperty property in json.EnumerateObject())
        {
            JsonElement[] values = property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray()] : [property.Value];
            foreach (JsonElement value in values)
            {
                string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real);
                request.Set(property.Name, text, double.Abs(real) < long.MaxValue ? (long)real : 0, real);
            }
        }
        return request;
    }

    // querier.proto and types.proto of Pyroscope 1.x: the numbers of the fields that are read.
    private static string Field(string method, int number) => (method, number) switch
    {
        ("ProfileTypes", 1) or ("LabelNames", 2) or ("LabelValues", 3) or ("Series", 3) => "start",
        ("ProfileTypes", 2) or ("LabelNames", 3) or ("LabelValues", 4) or ("Series", 4) => "end",
        ("LabelNames", 1) or ("LabelValues", 2) or ("Series", 1) => "matchers",
        ("Series", 2) => "labelNames",
        ("LabelValues", 1) => "name",
        ("SelectMergeStacktraces" or "SelectMergeProfile" or "SelectSeries", 1) => "profileTypeID",
        ("SelectMergeStacktraces" or "SelectMergeProfile" or "SelectSeries", 2) => "labelSelector",
        ("SelectMergeStacktraces" or "SelectMergeProfile" or "SelectSeries", 3) => "start",
        ("SelectMergeStacktraces" or "SelectMergeProfile" or "SelectSeries", 4) => "end",
        ("SelectMergeStacktraces" or "SelectMergeProfile", 5) => "maxNodes",
        ("SelectSeries", 5) => "groupBy",
        ("SelectSeries", 6) => "step",
        ("SelectSeries", 9) => "limit",
        _ => "",
    };

    private void Set(string name, string text, long number, double real)
    {
        switch (name)
        {
            case "start":
                Start = number;
                break;
            case "end":
                End = number;
                break;
            case "matchers":
                Matchers.Add(text);
                break;
            case "name":
                Name = text;
                break;
            case "profileTypeID" or "profile_typeID":
                Type = text;
                break;
            case "labelSelector" or "label_selector":
                Selector = text;
                break;
            case "maxNodes" or "max_nodes":
                MaxNodes = number;
                break;
            case "groupBy" or "group_by" or "labelNames" or "label_names":
                GroupBy.Add(text);
                break;
            case "limit":
                Limit = number;
                break;
            case "step":
                Step = real;
                break;
        }
    }
}
