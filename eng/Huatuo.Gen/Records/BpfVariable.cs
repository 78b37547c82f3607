namespace Huatuo.Gen.Records;

/// <summary>A variable of the object.</summary>
/// <param name="Name">The name in C.</param>
/// <param name="Type">Its BTF type, with qualifiers.</param>
internal sealed record BpfVariable(string Name, uint Type);
