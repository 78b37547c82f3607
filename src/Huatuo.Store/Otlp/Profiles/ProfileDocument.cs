using System.Text;
using System.Text.Json;
using Huatuo.Linux.Clock;

namespace Huatuo.Store.Otlp.Profiles;

/// <summary>A profile, or a part of one, as its document has it.</summary>
internal sealed class ProfileDocument
{
    private readonly List<KeyValuePair<string, string>> _resource = [];
    private readonly List<ProfileSample> _samples = [];

    /// <summary>The document's identifier.</summary>
    public Guid Id { get; private set; }

    /// <summary>Attributes of the container that it is of, by the names of OpenTelemetry; none for the machine's.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Resource => _resource;

    /// <summary>When its window began, in nanoseconds since 1970.</summary>
    public long StartNanoseconds { get; private set; }

    /// <summary>The length of the window; 0 in all parts but the first.</summary>
    public long DurationNanoseconds { get; private set; }

    /// <summary>Time between two samples; 0 where time is measured.</summary>
    public long PeriodNanoseconds { get; private set; }

    /// <summary>Who took it.</summary>
    public string Profiler { get; private set; } = "";

    /// <summary>The task that it is the result of; empty for none.</summary>
    public string Task { get; private set; } = "";

    /// <summary>Name, sample type and unit, period type and unit, with colons between them.</summary>
    public string Type { get; private set; } = "";

    /// <summary>Its stacks.</summary>
    public IReadOnlyList<ProfileSample> Samples => _samples;

    /// <summary>Reads a document.</summary>
    /// <returns>Null when it is no profile.</returns>
    public static ProfileDocument? Read(ReadOnlySpan<byte> document)
    {
        var profile = new ProfileDocument();
        try
        {
            var reader = new Utf8JsonReader(document);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                profile.Top(ref reader);
            // What stands after the object makes it none.
            if (reader.Read())
                return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
        return profile.Id != Guid.Empty && profile.Type.Split(':').Length == 5 ? profile : null;
    }

    private void Top(ref Utf8JsonReader reader)
    {
        bool isId = reader.ValueTextEquals("id"u8);
        bool isStart = reader.ValueTextEquals("observed_timestamp"u8);
        bool isLabels = reader.ValueTextEquals("pod_labels"u8);
        bool isData = reader.ValueTextEquals("tracer_data"u8);
        bool isTracer = reader.ValueTextEquals("tracer_name"u8) || reader.ValueTextEquals("tracer_type"u8);
        ReadOnlySpan<byte> key = LogAttributes.OfTop(ref reader);
        reader.Read();
        if (isData && reader.TokenType == JsonTokenType.StartObject)
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                Data(ref reader);
        else if (isLabels && reader.TokenType == JsonTokenType.StartObject)
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                Label(ref reader);
        else if (isId)
            Id = reader.GetGuid();
        else if (isStart && reader.TokenType == JsonTokenType.String && UtcTimestamp.TryParse(reader.ValueSpan, out long start))
            StartNanoseconds = start;
        else if (!isTracer && !key.IsEmpty && reader.TokenType == JsonTokenType.String)
            _resource.Add(new(Encoding.UTF8.GetString(key), reader.GetString() ?? ""));
        else
            reader.Skip();
    }

    private void Label(ref Utf8JsonReader reader)
    {
        string name = LogAttributes.LabelPrefix + reader.GetString();
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            _resource.Add(new(name, reader.GetString() ?? ""));
        else
            reader.Skip();
    }

    private void Data(ref Utf8JsonReader reader)
    {
        string name = reader.GetString() ?? "";
        reader.Read();
        switch (name)
        {
            case "profiler":
                Profiler = reader.GetString() ?? "";
                break;
            case "profile_type":
                Type = reader.GetString() ?? "";
                break;
            case "task_id":
                Task = reader.GetString() ?? "";
                break;
            case "duration_ns":
                DurationNanoseconds = reader.GetInt64();
                break;
            case "period_ns":
                PeriodNanoseconds = reader.GetInt64();
                break;
            case "samples" when reader.TokenType == JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    _samples.Add(Sample(ref reader));
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static ProfileSample Sample(ref Utf8JsonReader reader)
    {
        string stack = "";
        long count = 0, nanoseconds = 0, amount = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString() ?? "";
            reader.Read();
            if (name == "stack")
                stack = reader.GetString() ?? "";
            else if (name == "hits")
                count = reader.GetInt64();
            else if (name == "ns")
                nanoseconds = reader.GetInt64();
            else if (name is "bytes" or "cycles")
                amount = reader.GetInt64();
            else
                reader.Skip();
        }
        return new ProfileSample(stack, count, nanoseconds, amount);
    }
}

/// <summary>One stack.</summary>
/// <param name="Stack">A line for each frame, the innermost first: its kind (p, u, k, r), a tab, its name, and, when it is known, a tab
/// and its module.</param>
/// <param name="Count">How often.</param>
/// <param name="Nanoseconds">For how long.</param>
/// <param name="Amount">What it moved, took or used: of bytes or of cycles.</param>
internal readonly record struct ProfileSample(string Stack, long Count, long Nanoseconds, long Amount);
