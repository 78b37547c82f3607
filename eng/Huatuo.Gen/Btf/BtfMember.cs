namespace Huatuo.Gen.Btf;

/// <summary>A member of a struct or union.</summary>
/// <param name="Name">Empty for an unnamed struct or union.</param>
/// <param name="Type">Its type.</param>
/// <param name="BitOffset">Bits from the start of the struct.</param>
/// <param name="BitSize">Bits of a bitfield, else 0.</param>
internal readonly record struct BtfMember(string Name, uint Type, uint BitOffset, uint BitSize);
