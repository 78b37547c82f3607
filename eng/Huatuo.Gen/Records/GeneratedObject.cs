namespace Huatuo.Gen.Records;

/// <summary>The typed class of one object.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="FileName">The object's file name, such as <c>dropwatch.bpf.o</c>.</param>
/// <param name="Programs">C# and C names, sorted.</param>
/// <param name="UntypedMaps">C# and C names of maps without typed keys and values, sorted.</param>
/// <param name="Maps">Maps with typed keys and values, sorted.</param>
/// <param name="Knobs">Settable constants, sorted.</param>
internal sealed record GeneratedObject(
    string Name,
    string FileName,
    IReadOnlyList<(string Name, string CName)> Programs,
    IReadOnlyList<(string Name, string CName)> UntypedMaps,
    IReadOnlyList<GeneratedMap> Maps,
    IReadOnlyList<GeneratedKnob> Knobs);

/// <summary>A typed map.</summary>
internal sealed record GeneratedMap(string Name, string CName, string Key, string Value, bool IsPerCpu);

/// <summary>A knob; <paramref name="Length"/> is the number of elements of an array, else null.</summary>
internal sealed record GeneratedKnob(string Name, string CName, string Type, int? Length);
