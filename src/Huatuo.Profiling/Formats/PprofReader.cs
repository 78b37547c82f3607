using System.Text;

namespace Huatuo.Profiling.Formats;

/// <summary>Reads what a comparison needs of a <c>perftools.profiles.Profile</c>: stacks by names of functions, with their values.</summary>
internal sealed class PprofReader
{
    private const int MostStacks = 4 << 20;
    private readonly List<string> _strings = [];
    private readonly Dictionary<ulong, List<ulong>> _lines = [];
    private readonly Dictionary<ulong, ulong> _names = [];
    private readonly List<(List<ulong> Locations, List<long> Values)> _samples = [];
    private readonly List<(ulong Name, ulong Unit)> _types = [];

    /// <summary>Whether it may be one: it begins with a field of that message, and no line of text does.</summary>
    internal static bool IsPprof(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] is 0x0a or 0x12 or 0x1a or 0x22 or 0x2a or 0x32;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is no such message.</exception>
    internal static FoldedProfile Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new PprofReader();
        reader.Fields(bytes);
        List<FoldedValue> values = [.. reader._types.Select(type => new FoldedValue(reader.Text(type.Name), Unit(reader.Text(type.Unit))))];
        return new FoldedProfile(
            values.Count > 0 ? values : [new FoldedValue("profile", ProfileUnit.Count)],
            [.. reader._samples.Select(sample => new FoldedStack(reader.Frames(sample.Locations), sample.Values))]);
    }

    private void Fields(ReadOnlySpan<byte> bytes)
    {
        for (var fields = new ProtoReader(bytes); fields.TryNext();)
            switch (fields.Field)
            {
                case 1:
                    ValueType(fields.Bytes);
                    break;
                case 2 when _samples.Count < MostStacks:
                    Sample(fields.Bytes);
                    break;
                case 4:
                    Location(fields.Bytes);
                    break;
                case 5:
                    Function(fields.Bytes);
                    break;
                case 6:
                    _strings.Add(Encoding.UTF8.GetString(fields.Bytes));
                    break;
            }
    }

    private void ValueType(ReadOnlySpan<byte> bytes)
    {
        (ulong name, ulong unit) = (0, 0);
        for (var fields = new ProtoReader(bytes); fields.TryNext();)
        {
            if (fields.Field == 1)
                name = fields.Number;
            if (fields.Field == 2)
                unit = fields.Number;
        }
        _types.Add((name, unit));
    }

    private static ProfileUnit Unit(string name) => name switch
    {
        "nanoseconds" => ProfileUnit.Nanoseconds,
        "bytes" => ProfileUnit.Bytes,
        _ => ProfileUnit.Count,
    };

    private void Sample(ReadOnlySpan<byte> bytes)
    {
        (List<ulong> locations, List<ulong> values) = ([], []);
        for (var fields = new ProtoReader(bytes); fields.TryNext();)
            if (fields.Field is 1 or 2)
                fields.AddTo(fields.Field == 1 ? locations : values);
        _samples.Add((locations, [.. values.Select(value => (long)value)]));
    }

    private void Location(ReadOnlySpan<byte> bytes)
    {
        ulong id = 0;
        List<ulong> functions = [];
        for (var fields = new ProtoReader(bytes); fields.TryNext();)
        {
            if (fields.Field == 1)
                id = fields.Number;
            if (fields.Field != 4)
                continue;
            for (var line = new ProtoReader(fields.Bytes); line.TryNext();)
                if (line.Field == 1)
                    functions.Add(line.Number);
        }
        _lines[id] = functions;
    }

    private void Function(ReadOnlySpan<byte> bytes)
    {
        ulong id = 0, name = 0;
        for (var fields = new ProtoReader(bytes); fields.TryNext();)
        {
            if (fields.Field == 1)
                id = fields.Number;
            if (fields.Field == 2)
                name = fields.Number;
        }
        _names[id] = name;
    }

    // Locations and the functions inlined into them stand the innermost first.
    private List<string> Frames(List<ulong> locations)
    {
        List<string> frames = [];
        foreach (ulong location in Enumerable.Reverse(locations))
            foreach (ulong function in Enumerable.Reverse(_lines.GetValueOrDefault(location) ?? []))
                frames.Add(Text(_names.GetValueOrDefault(function)));
        return frames;
    }

    private string Text(ulong index) => index < (ulong)_strings.Count && _strings[(int)index].Length > 0 ? _strings[(int)index] : Frame.Unknown;
}
