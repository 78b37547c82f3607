namespace Huatuo.Gen.Records;

/// <summary>Writes the typed class of an object around <c>Huatuo.Bpf.BpfObject</c>.</summary>
internal static class ObjectWriter
{
    private const string Library = "global::Huatuo.Bpf";

    public static void Write(CodeWriter code, GeneratedObject type)
    {
        code.Line($"/// <summary>The object <c>{type.FileName}</c>: its programs, maps and knobs by name and type.</summary>");
        code.Line("/// <param name=\"bpfObject\">The opened object; it stays the caller's to dispose of.</param>");
        code.Open($"internal sealed partial class {type.Name}({Library}.BpfObject bpfObject)");
        code.Line($"public const string ObjectName = \"{type.FileName}\";");
        code.Line();
        code.Line($"public {Library}.BpfObject Object => bpfObject;");
        if (type.Knobs.Count > 0)
            code.Line();
        foreach (GeneratedKnob knob in type.Knobs)
            Knob(code, knob);

        if (type.Maps.Count > 0)
            code.Line();
        foreach (GeneratedMap map in type.Maps)
        {
            string kind = map.IsPerCpu ? "PerCpuMap" : "Map";
            string types = $"<{map.Key}, {map.Value}>";
            code.Line($"public {Library}.Maps.Bpf{kind}{types} {map.Name} => bpfObject.{kind}{types}(\"{map.CName}\");");
        }

        Constants(code, "Programs", type.Programs);
        Constants(code, "Maps", type.UntypedMaps);
        code.Close();
    }

    private static void Knob(CodeWriter code, GeneratedKnob knob)
    {
        if (knob.Length is { } length)
        {
            code.Line($"public const int {knob.Name}Length = {length};");
            code.Line($"public void Set{knob.Name}(ReadOnlySpan<{knob.Type}> values) => bpfObject.SetKnob(\"{knob.CName}\", values);");
            return;
        }

        string value = knob.Type == "bool" ? "value ? (byte)1 : (byte)0" : "value";
        code.Line($"public {knob.Type} {knob.Name} {{ set => bpfObject.SetKnob(\"{knob.CName}\", {value}); }}");
    }

    private static void Constants(CodeWriter code, string name, IReadOnlyList<(string Name, string CName)> constants)
    {
        if (constants.Count == 0)
            return;
        code.Line();
        code.Open($"public static class {name}");
        foreach ((string constant, string value) in constants)
            code.Line($"public const string {constant} = \"{value}\";");
        code.Close();
    }
}
