using System.Text.Json;

namespace Huatuo.Profiling.Continuous;

/// <summary>
/// Reads stored profiles, and adds them up. Of those that tell what there is at their end, only the last of each host and container is
/// taken: they are to be given the newest first.
/// </summary>
/// <param name="wanted">The labels that a profile must have, all of them.</param>
internal sealed class StoredProfile(IReadOnlyList<LabelCondition> wanted)
{
    private const int MostStacks = 1 << 17;
    private readonly Dictionary<string, int[]> _stacks = [];
    private readonly Dictionary<string, string> _labels = [];
    private readonly LastProfiles _last = new();

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
        ProfileKind kind = ProfileTypes.Kind(_labels.GetValueOrDefault("profile_type", "")) ?? new ProfileKind(_labels["profiler"], "samples");
        DateTimeOffset start = Start(document);
        if (kind.IsLevel && !_last.Take(_labels, 0, start))
            return false;
        Sum ??= new Profile(kind, new FrameTable()) { PeriodNanoseconds = Number(document, "period_ns"u8) };
        if (Sum.Kind != kind)
            return false;
        if (Sum.Start == default || start < Sum.Start)
            Sum.Start = start;
        var reader = new Utf8JsonReader(document);
        string? stack = null;
        long count = 0, nanoseconds = 0, amount = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && stack is not null)
            {
                Add(stack, count, nanoseconds, amount);
                (stack, count, nanoseconds, amount) = (null, 0, 0, 0);
            }
            if (reader.TokenType != JsonTokenType.PropertyName)
                continue;
            if (reader.ValueTextEquals("stack"u8) && reader.Read())
                stack = reader.GetString() ?? "";
            else if (reader.ValueTextEquals("hits"u8) && reader.Read())
                count = reader.GetInt64();
            else if (reader.ValueTextEquals("ns"u8) && reader.Read())
                nanoseconds = reader.GetInt64();
            else if ((reader.ValueTextEquals("bytes"u8) || reader.ValueTextEquals("cycles"u8)) && reader.Read())
                amount = reader.GetInt64();
            else if (reader.ValueTextEquals("duration_ns"u8) && reader.Read())
                Sum.Duration += TimeSpan.FromTicks(reader.GetInt64() / 100);
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

    private void Add(string stack, long count, long nanoseconds, long amount)
    {
        if (!_stacks.TryGetValue(stack, out int[]? frames))
        {
            if (_stacks.Count >= MostStacks)
                _stacks.Clear();
            _stacks[stack] = frames = StackLines.Read(stack, Sum!.Frames);
        }
        if (frames.Length > 0 && !Sum!.Stacks.Add(frames, count, nanoseconds, amount))
            Sum.Dropped += count;
    }

    private static DateTimeOffset Start(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document);
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("observed_timestamp"u8) && reader.Read() && reader.TryGetDateTimeOffset(out DateTimeOffset start))
                return start;
        return default;
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
