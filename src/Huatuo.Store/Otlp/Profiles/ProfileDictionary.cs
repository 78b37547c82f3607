using System.Text;

namespace Huatuo.Store.Otlp.Profiles;

/// <summary>
/// The tables that the profiles of one request share, each entry once: <c>ProfilesDictionary</c>,
/// <c>profiles/v1development/profiles.proto</c> of opentelemetry-proto 1.10. The first entry of each table stands for none.
/// </summary>
internal sealed class ProfileDictionary
{
    private const int MappingsField = 1;
    private const int LocationsField = 2;
    private const int FunctionsField = 3;
    private const int LinksField = 4;
    private const int StringsField = 5;
    private const int AttributesField = 6;
    private const int StacksField = 7;
    private const int MappingFileField = 4;
    private const int LocationMappingField = 1;
    private const int LocationLinesField = 3;
    private const int LocationAttributesField = 4;
    private const int LineFunctionField = 1;
    private const int FunctionNameField = 1;
    private const int FunctionSystemNameField = 2;
    private const int AttributeKeyField = 1;
    private const int AttributeValueField = 2;
    private const int StackLocationsField = 1;

    private const string FrameType = "profile.frame.type", Kernel = "kernel";

    private readonly IndexedTable<string> _strings = new("");
    private readonly IndexedTable<string> _mappings = new("");
    private readonly IndexedTable<string> _functions = new("");
    private readonly IndexedTable<(string Key, string Value)> _attributes = new(("", ""));
    private readonly IndexedTable<(string Name, string Module, bool IsKernel)> _locations = new(("", "", false));
    private readonly IndexedTable<string> _stacks = new("");
    private readonly List<long[]> _stackLocations = [[]];

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _strings.Clear();
        _mappings.Clear();
        _functions.Clear();
        _attributes.Clear();
        _locations.Clear();
        _stacks.Clear();
        _stackLocations.RemoveRange(1, _stackLocations.Count - 1);
    }

    /// <summary>The index of a text.</summary>
    public int Text(string text) => _strings.IndexOf(text);

    /// <summary>The index of an attribute with a text.</summary>
    public int Attribute(string key, string value)
    {
        _strings.IndexOf(key);
        return _attributes.IndexOf((key, value));
    }

    /// <summary>The index of a stack.</summary>
    /// <param name="text">As <see cref="ProfileSample"/> has it; lines that are none are left out.</param>
    public int Stack(string text)
    {
        int index = _stacks.IndexOf(text);
        if (index == _stackLocations.Count)
            _stackLocations.Add([.. text.Split('\n').Select(line => line.Split('\t', 3)).Where(parts => parts.Length > 1).Select(parts => (long)Location(parts))]);
        return index;
    }

    /// <summary>Writes the tables.</summary>
    public void Write(ProtoBuffer into, int field)
    {
        int dictionary = into.Begin(field);
        foreach (string file in _mappings.Entries)
        {
            int mapping = into.Begin(MappingsField);
            Index(into, MappingFileField, Text(file));
            into.End(mapping);
        }
        foreach ((string name, string module, bool isKernel) in _locations.Entries)
            WriteLocation(into, name, module, isKernel);
        foreach (string name in _functions.Entries)
        {
            int function = into.Begin(FunctionsField);
            Index(into, FunctionNameField, Text(name));
            Index(into, FunctionSystemNameField, Text(name));
            into.End(function);
        }
        into.End(into.Begin(LinksField));
        foreach ((string key, string value) in _attributes.Entries)
        {
            int attribute = into.Begin(AttributesField);
            Index(into, AttributeKeyField, Text(key));
            if (key.Length > 0)
                AnyValue.Value(into, AttributeValueField, Encoding.UTF8.GetBytes(value));
            into.End(attribute);
        }
        foreach (long[] locations in _stackLocations)
        {
            int stack = into.Begin(StacksField);
            into.Packed(StackLocationsField, locations);
            into.End(stack);
        }
        foreach (string text in _strings.Entries)
            into.Text(StringsField, text);
        into.End(dictionary);
    }

    private int Location(string[] parts)
    {
        (string name, string module, bool isKernel) = (parts[1], parts.Length > 2 ? parts[2] : "", parts[0] == "k");
        _strings.IndexOf(name);
        _strings.IndexOf(module);
        _functions.IndexOf(name);
        _mappings.IndexOf(module);
        if (isKernel)
            Attribute(FrameType, Kernel);
        return _locations.IndexOf((name, module, isKernel));
    }

    // A location without a line has no name; the first must have none.
    private void WriteLocation(ProtoBuffer into, string name, string module, bool isKernel)
    {
        int location = into.Begin(LocationsField);
        Index(into, LocationMappingField, _mappings.IndexOf(module));
        if (name.Length > 0)
        {
            int line = into.Begin(LocationLinesField);
            Index(into, LineFunctionField, _functions.IndexOf(name));
            into.End(line);
        }
        if (isKernel)
            into.Packed(LocationAttributesField, [Attribute(FrameType, Kernel)]);
        into.End(location);
    }

    private static void Index(ProtoBuffer into, int field, int index)
    {
        if (index > 0)
            into.Varint(field, (ulong)index);
    }
}
