using Huatuo.Gen.Btf;

namespace Huatuo.Gen.Records;

/// <summary>Decides on the C# of one object.</summary>
/// <param name="abi">What the object shows.</param>
/// <param name="types">Collects the C# types.</param>
/// <param name="rejections">Receives what may not be shown.</param>
internal sealed class ObjectReader(BpfObjectAbi abi, AbiTypes types, Rejections rejections)
{
    private static readonly string[] s_reserved =
    [
        "Object", "ObjectName", "Programs", "Maps", "Open", "Dispose",
        "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize",
    ];

    /// <summary>Exports the types of the anchors.</summary>
    public void ReadAnchors()
    {
        foreach (BpfVariable anchor in abi.Anchors)
        {
            BtfType pointer = abi.Types.Resolve(anchor.Type);
            string name = BpfObjectAbi.AnchorName(anchor);
            if (pointer.Kind != BtfKind.Pointer || name.Length == 0)
                rejections.Add(anchor.Name, $"is not an anchor; write: const struct T *const abi_T = 0;");
            else
                types.Reference(pointer.Target, Names.Pascal(name), $"anchor {anchor.Name}");
        }
    }

    /// <summary>Names and types the object's programs, maps and knobs.</summary>
    /// <param name="className">The C# name of the class.</param>
    /// <param name="fileName">The object's file name.</param>
    public GeneratedObject Read(string className, string fileName)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal) { [className] = "the class" };
        foreach (string name in s_reserved)
            taken[name] = "a member that every object has";
        List<GeneratedKnob> knobs = [.. Sorted(abi.Knobs, knob => knob.Name).Select(knob => Knob(taken, knob))];
        var maps = new List<GeneratedMap>();
        foreach (BpfMapDefinition map in Sorted(abi.Maps.Where(map => map.IsTyped), map => map.Name))
        {
            // A map and the knob that switches its use on often share their name.
            bool isKnobToo = knobs.Any(knob => knob.Name == Names.Pascal(map.Name));
            string name = Take(taken, isKnobToo ? map.Name + "_map" : map.Name, $"map {map.Name}");
            maps.Add(new GeneratedMap(
                name, map.Name,
                types.Reference(map.Key!.Value, name + "Key", $"map {map.Name}, key"),
                types.Reference(map.Value!.Value, name + "Value", $"map {map.Name}, value"),
                map.IsPerCpu));
        }

        foreach (BpfVariable knob in abi.Misplaced)
            rejections.Add(knob.Name, "is not constant, so it cannot be a knob; write: const volatile");
        return new GeneratedObject(
            className, fileName,
            Constants("program", abi.Programs),
            Constants("map", abi.Maps.Where(map => !map.IsTyped).Select(map => map.Name)),
            maps, knobs);
    }

    private GeneratedKnob Knob(Dictionary<string, string> taken, BpfVariable knob)
    {
        if (!abi.Types.IsQualified(knob.Type, BtfKind.Volatile))
            rejections.Add(knob.Name, "is not volatile, so the compiler folds its value; write: const volatile");
        string name = Take(taken, BpfObjectAbi.KnobName(knob), knob.Name);
        BtfType type = abi.Types.Resolve(knob.Type);
        if (type.Kind == BtfKind.Array)
        {
            if (!taken.TryAdd("Set" + name, knob.Name) || !taken.TryAdd(name + "Length", knob.Name))
                rejections.Add(knob.Name, $"Set{name} or {name}Length is taken in C#; rename it");
            return new GeneratedKnob(name, knob.Name, types.Reference(type.Target, name + "Item", knob.Name), (int)type.Count);
        }

        string single = abi.Types.Resolve(knob.Type).IsBool ? "bool" : types.Reference(knob.Type, name + "Knob", knob.Name);
        return new GeneratedKnob(name, knob.Name, single, null);
    }

    private List<(string Name, string CName)> Constants(string what, IEnumerable<string> names)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal) { ["Programs"] = "the class", ["Maps"] = "the class" };
        return [.. Sorted(names, name => name).Select(name => (Take(taken, name, $"{what} {name}"), name))];
    }

    private string Take(Dictionary<string, string> taken, string cName, string what)
    {
        string name = Names.Pascal(cName);
        if (!taken.TryAdd(name, what))
            rejections.Add(what, $"is called {name} in C#, like {taken[name]}; rename it");
        return name;
    }

    private static IEnumerable<T> Sorted<T>(IEnumerable<T> items, Func<T, string> name) =>
        items.OrderBy(name, StringComparer.Ordinal);
}
