namespace Huatuo.Gen.Records;

/// <summary>A C# type to be written.</summary>
/// <param name="Name">Its C# name.</param>
internal abstract record GeneratedType(string Name);

/// <summary>An explicit-layout struct.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Spelling">The C type, such as <c>struct event_header</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Fields">In the order of the source.</param>
/// <param name="Tail">The flexible array at its end, if it has one.</param>
internal sealed record GeneratedStruct(
    string Name, string Spelling, int Size, IReadOnlyList<GeneratedField> Fields, GeneratedField? Tail) : GeneratedType(Name);

/// <summary>A field; of a flexible array <paramref name="Type"/> is the element.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Type">Its C# type.</param>
/// <param name="Offset">Bytes from the start of the struct.</param>
internal sealed record GeneratedField(string Name, string Type, int Offset);

/// <summary>An inline array.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Element">The C# type of an element.</param>
/// <param name="Length">Elements.</param>
internal sealed record GeneratedArray(string Name, string Element, int Length) : GeneratedType(Name);

/// <summary>An enum.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Spelling">The C type.</param>
/// <param name="Underlying">The C# integer of its size and sign.</param>
/// <param name="Constants">C# names and values, in the order of the source.</param>
internal sealed record GeneratedEnum(
    string Name, string Spelling, string Underlying, IReadOnlyList<(string Name, Int128 Value)> Constants) : GeneratedType(Name);
