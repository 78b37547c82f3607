using System.IO.Compression;

namespace Huatuo.Profiling.Formats;

/// <summary>
/// The format of pprof: <c>perftools.profiles.Profile</c>, compressed with gzip. Numbers of fields are those of its
/// <c>profile.proto</c>.
/// </summary>
internal sealed class PprofFormat
{
    private readonly ProtoWriter _output = new();
    private readonly Dictionary<string, long> _strings = new() { [""] = 0 };
    private readonly List<string> _stringList = [""];
    private readonly Dictionary<string, long> _mappings = [];

    private readonly IReadOnlyList<PprofValue> _values;

    private PprofFormat(IReadOnlyList<PprofValue> values) => _values = values;

    /// <summary>Writes a profile, compressed.</summary>
    internal static void Write(Profile profile, Stream output)
    {
        using var compressed = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        compressed.Write(Message(profile).Written);
    }

    /// <summary>A profile as a message, not compressed.</summary>
    /// <param name="profile">It.</param>
    /// <param name="only">What its samples have; null for all that is summed.</param>
    internal static ProtoWriter Message(Profile profile, PprofValue? only = null)
    {
        var format = new PprofFormat(only is { } one ? [one] : [.. Values(profile.Kind)]);
        format.Write(profile);
        return format._output;
    }

    private static IEnumerable<PprofValue> Values(ProfileKind kind)
    {
        yield return new PprofValue(ProfileUnit.Count, kind.Events, "count");
        foreach (ProfileUnit unit in kind.Units)
            yield return new PprofValue(unit, unit == kind.Weight ? kind.Name : Name(unit), unit switch { ProfileUnit.Bytes => "bytes", ProfileUnit.Cycles => "count", _ => "nanoseconds" });
    }

    private void Write(Profile profile)
    {
        foreach (PprofValue value in _values)
            ValueType(1, value.Type, value.UnitName);
        var locations = new SortedSet<int>();
        long process = String("process");
        for (int node = 1; node < profile.Stacks.Count; node++)
            if (profile.Stacks[node].Count > 0)
                Sample(profile, node, locations, process);
        foreach (int frame in locations)
            Location(frame, profile.Frames[frame]);
        foreach ((string module, long id) in _mappings)
            Mapping(module, id);
        foreach (int frame in locations)
            Function(frame, profile.Frames[frame]);
        string comment = $"huatuo {profile.Kind.Name}" + (profile.Kind.Event is { } what ? $", event {what}" : "");
        long commentString = String(comment);
        if (profile.PeriodNanoseconds > 0)
            ValueType(11, profile.Kind.Name, "nanoseconds");
        foreach (string text in _stringList)
            _output.Text(6, text);
        _output.Number(9, profile.Start.ToUnixTimeMilliseconds() * 1_000_000);
        _output.Number(10, profile.Duration.Ticks * 100);
        _output.Number(12, profile.PeriodNanoseconds);
        _output.Numbers(13, [commentString]);
    }

    private static string Name(ProfileUnit unit) => unit == ProfileUnit.Bytes ? "bytes" : "time";

    // The outermost frame is the process: a label, and a function too, so that what processes do is told apart.
    private void Sample(Profile profile, int node, SortedSet<int> locations, long process)
    {
        int[] path = profile.Stacks.Path(node);
        var sample = new ProtoWriter();
        sample.Numbers(1, [.. path.Reverse().Select(frame => frame + 1L)]);
        sample.Numbers(2, [.. _values.Select(value => profile.Stacks[node].Value(value.Unit))]);
        var label = new ProtoWriter();
        label.Number(1, process);
        label.Number(2, String(profile.Frames[path[0]].Name));
        sample.Message(3, label);
        _output.Message(2, sample);
        locations.UnionWith(path);
    }

    private void Location(int frame, in Frame place)
    {
        var line = new ProtoWriter();
        line.Number(1, frame + 1L);
        var location = new ProtoWriter();
        location.Number(1, frame + 1L);
        location.Number(2, place.Module.Length > 0 ? MappingOf(place.Module) : 0);
        location.Message(4, line);
        _output.Message(4, location);
    }

    private long MappingOf(string module)
    {
        if (!_mappings.TryGetValue(module, out long id))
            _mappings[module] = id = _mappings.Count + 1;
        return id;
    }

    private void Mapping(string module, long id)
    {
        var mapping = new ProtoWriter();
        mapping.Number(1, id);
        mapping.Number(5, String(module));
        mapping.Number(7, 1);
        _output.Message(3, mapping);
    }

    private void Function(int frame, in Frame place)
    {
        var function = new ProtoWriter();
        function.Number(1, frame + 1L);
        function.Number(2, String(place.Name));
        function.Number(3, String(place.Name));
        function.Number(4, String(place.Module));
        _output.Message(5, function);
    }

    private void ValueType(int field, string type, string unit)
    {
        var value = new ProtoWriter();
        value.Number(1, String(type));
        value.Number(2, String(unit));
        _output.Message(field, value);
    }

    private long String(string text)
    {
        if (!_strings.TryGetValue(text, out long index))
        {
            _strings[text] = index = _stringList.Count;
            _stringList.Add(text);
        }
        return index;
    }
}

/// <summary>A value that each sample has.</summary>
/// <param name="Unit">What is summed.</param>
/// <param name="Type">What that is called.</param>
/// <param name="UnitName">What its unit is called.</param>
internal readonly record struct PprofValue(ProfileUnit Unit, string Type, string UnitName);
