namespace Huatuo.Gen.Btf;

/// <summary>A constant of an enum.</summary>
/// <param name="Name">The name in C.</param>
/// <param name="Value">From -2^63 of a signed enum to 2^64-1 of an unsigned one.</param>
internal readonly record struct BtfEnumerator(string Name, Int128 Value);
