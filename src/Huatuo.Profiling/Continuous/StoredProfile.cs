using System.Text.Json;

namespace Huatuo.Profiling.Continuous;

/// <summary>Reads stored profiles, and adds them up.</summary>
/// <param name="wanted">The labels that a profile must have, all of them.</param>
internal sealed class StoredProfile(IReadOnlyList<LabelCondition> wanted)
{
    private const int MostStacks = 1 << 17;
    private readonly Dictionary<string, int[]> _stacks = [];
    private readonly Dictionary<string, string> _labels = [];

    /// <summary>What they add up to; null before the first.</summary>
    internal Profile? Sum { get; private set; }

    /// <summary>Documents that were added.</summary>
    internal int Count { get; private set; }

    /// <summary>The labels of the last document that was read.</summary>
    internal IReadOnlyDictionary<string, string> Labels => _labels;

    /// <summary>Adds a document, if it is a profile with the labels, of the kind of those before.</summary>
    /// <returns>Whether it was added.</returns>
    internal bool Add(ReadOnlySpan<byte> document)
    {
        if (!TryLabels(document))
            return false;
        ProfileKind kind = KindOf(_labels["profiler"], _labels.GetValueOrDefault("profile_type", ""));
        Sum ??= new Profile(kind, new FrameTable()) { PeriodNanoseconds = Number(document, "period_ns"u8) };
        if (Sum.Kind != kind)
            return false;
        var reader = new Utf8JsonReader(document);
        string stack = "";
        long count = 0, bytes = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.ValueTextEquals("stack"u8) && reader.Read())
                stack = reader.GetString() ?? "";
            else if (reader.ValueTextEquals("hits"u8) && reader.Read())
                count = reader.GetInt64();
            else if (reader.ValueTextEquals("bytes"u8) && reader.Read())
                bytes = reader.GetInt64();
            else if (reader.ValueTextEquals("ns"u8) && reader.Read())
                Add(stack, count, reader.GetInt64(), bytes);
            else if (reader.ValueTextEquals("duration_ns"u8) && reader.Read())
                Sum.Duration += TimeSpan.FromTicks(reader.GetInt64() / 100);
            else if (reader.ValueTextEquals("observed_timestamp"u8) && reader.Read() && reader.TryGetDateTimeOffset(out DateTimeOffset start) && (Sum.Start == default || start < Sum.Start))
                Sum.Start = start;
        }
        Count++;
        return true;
    }

    /// <summary>Reads the labels of a document into <see cref="Labels"/>.</summary>
    /// <returns>Whether it is a profile that has all that are wanted.</returns>
    internal bool TryLabels(ReadOnlySpan<byte> document)
    {
        _labels.Clear();
        var reader = new Utf8JsonReader(document);
        try
        {
            while (reader.Read() && !(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("samples"u8)))
            {
                if (reader.TokenType != JsonTokenType.PropertyName || ProfileLabels.Name(ref reader) is not { } name)
                    continue;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } value)
                    _labels[name] = value;
            }
        }
        catch (JsonException)
        {
            return false;
        }
        if (!_labels.ContainsKey("profiler"))
            return false;
        _labels["service_name"] = _labels.GetValueOrDefault("container_name") ?? _labels.GetValueOrDefault("container_id") ?? ProfileLabels.Host;
        // What a task took would be counted beside what was taken all the time.
        if (_labels.ContainsKey(ProfileLabels.Task) && !wanted.Any(condition => condition.Name == ProfileLabels.Task))
            return false;
        return wanted.All(condition => condition.Holds(_labels.GetValueOrDefault(condition.Name, "")));
    }

    private static ProfileKind KindOf(string profiler, string type) =>
        ProfileKind.All.FirstOrDefault(kind => kind.TypeId == type) ?? new ProfileKind(profiler, "samples");

    private void Add(string stack, long count, long nanoseconds, long bytes)
    {
        if (!_stacks.TryGetValue(stack, out int[]? frames))
        {
            if (_stacks.Count >= MostStacks)
                _stacks.Clear();
            _stacks[stack] = frames = StackLines.Read(stack, Sum!.Frames);
        }
        if (frames.Length > 0 && !Sum!.Stacks.Add(frames, count, nanoseconds, bytes))
            Sum.Dropped += count;
    }

    private static long Number(ReadOnlySpan<byte> document, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(document);
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read() && reader.TokenType == JsonTokenType.Number)
                return reader.GetInt64();
        return 0;
    }
}
