namespace Huatuo.Gen.Records;

/// <summary>Writes the C# of one object.</summary>
internal static class RecordWriter
{
    /// <param name="source">The source file relative to the repository.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="types">Sorted by name.</param>
    /// <param name="bpfObject">The class of the object, or null for types alone, which are then public.</param>
    public static string Write(string source, string space, IEnumerable<GeneratedType> types, GeneratedObject? bpfObject)
    {
        CodeWriter code = CodeWriter.StartFile(source, "records");
        code.Line("#pragma warning disable CS0169, CS0649, CS1591 // the kernel side writes the fields and documents them");
        code.Line();
        code.Line("using System;");
        code.Line("using System.Runtime.CompilerServices;");
        code.Line("using System.Runtime.InteropServices;");
        code.Line();
        code.Line($"namespace {space};");
        string access = bpfObject is null ? "public" : "internal";
        foreach (GeneratedType type in types)
        {
            code.Line();
            switch (type)
            {
                case GeneratedStruct it:
                    Struct(code, access, it);
                    break;
                case GeneratedArray it:
                    Array(code, access, it);
                    break;
                case GeneratedEnum it:
                    Enumeration(code, access, it);
                    break;
            }
        }

        if (bpfObject is not null)
        {
            code.Line();
            ObjectWriter.Write(code, bpfObject);
        }

        return code.ToString();
    }

    private static void Struct(CodeWriter code, string access, GeneratedStruct type)
    {
        code.Line($"/// <summary>The <c>{type.Spelling}</c> of the kernel side, {type.Size} bytes.</summary>");
        code.Line($"[StructLayout(LayoutKind.Explicit, Size = {type.Size})]");
        code.Open($"{access} struct {type.Name}");
        code.Line($"public const int Size = {type.Size};");
        code.Line();
        foreach (GeneratedField field in type.Fields)
        {
            if (field.Type == "bool")
                Bool(code, field);
            else
                code.Line($"[FieldOffset({field.Offset})] public {field.Type} {field.Name};");
        }

        if (type.Tail is { } tail)
            Tail(code, tail);
        code.Close();
    }

    private static void Bool(CodeWriter code, GeneratedField field)
    {
        string stored = "_" + char.ToLowerInvariant(field.Name[0]) + field.Name[1..];
        code.Line($"[FieldOffset({field.Offset})] private byte {stored};");
        code.Line($"public bool {field.Name} {{ readonly get => {stored} != 0; set => {stored} = value ? (byte)1 : (byte)0; }}");
    }

    private static void Tail(CodeWriter code, GeneratedField tail)
    {
        code.Line();
        code.Line($"public const int {tail.Name}Offset = {tail.Offset};");
        code.Line();
        code.Line("/// <summary>The whole elements that follow the fixed part of a record.</summary>");
        code.Line($"public static ReadOnlySpan<{tail.Type}> {tail.Name}(ReadOnlySpan<byte> record) =>");
        code.Line($"    record.Length <= {tail.Name}Offset ? default : MemoryMarshal.Cast<byte, {tail.Type}>(record[{tail.Name}Offset..]);");
    }

    private static void Array(CodeWriter code, string access, GeneratedArray type)
    {
        code.Line($"/// <summary>{type.Length} elements.</summary>");
        code.Line($"[InlineArray({type.Length})]");
        code.Open($"{access} struct {type.Name}");
        code.Line($"private {type.Element} _first;");
        code.Close();
    }

    private static void Enumeration(CodeWriter code, string access, GeneratedEnum type)
    {
        code.Line($"/// <summary>The <c>{type.Spelling}</c> of the kernel side.</summary>");
        code.Open($"{access} enum {type.Name} : {type.Underlying}");
        foreach ((string name, Int128 value) in type.Constants)
            code.Line($"{name} = {value},");
        code.Close();
    }
}
