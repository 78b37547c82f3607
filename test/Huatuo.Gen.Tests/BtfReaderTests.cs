using Huatuo.Gen.Btf;
using Huatuo.Gen.Records;

namespace Huatuo.Gen.Tests;

/// <summary>What the compiler at hand may not write, or no compiler writes.</summary>
public sealed class BtfReaderTests
{
    private const int Pointer = 2;
    private const int Array = 3;
    private const int Struct = 4;
    private const int Enum = 6;
    private const int Typedef = 8;
    private const int Enum64 = 19;

    [Theory]
    [InlineData(Enum, 4u, false, 0xffffffffu, 0u, "enum E : uint\n{\n    X = 4294967295,\n}")]
    [InlineData(Enum, 4u, true, 0xffffffffu, 0u, "enum E : int\n{\n    X = -1,\n}")]
    [InlineData(Enum, 1u, false, 0xffu, 0u, "enum E : byte\n{\n    X = 255,\n}")]
    [InlineData(Enum64, 8u, false, 0u, 0x80000000u, "enum E : ulong\n{\n    X = 9223372036854775808,\n}")]
    [InlineData(Enum64, 8u, true, 0xfffffffeu, 0xffffffffu, "enum E : long\n{\n    X = -2,\n}")]
    public void EnumsKeepSizeAndSign(int kind, uint size, bool signed, uint low, uint high, string expected)
    {
        var bytes = new BtfBytes();
        uint constant = bytes.Name("X");
        uint[] body = kind == Enum ? [constant, low] : [constant, low, high];

        (string code, string[] rejected) = Generate(bytes.Add("e", kind, 1, signed, size, body), 1);

        Assert.Empty(rejected);
        Assert.Contains(expected, code, StringComparison.Ordinal);
    }

    [Fact]
    public void SixtyFourBitEnumsWithoutTheirBitsAreRejected()
    {
        var bytes = new BtfBytes();
        (_, string[] rejected) = Generate(bytes.Add("e", Enum, 1, false, 8, bytes.Name("X"), 0), 1);

        Assert.Equal(["a.bpf.c: enum e: its constants were cut to 32 bits; 64-bit enums need clang 15 or newer"], rejected);
    }

    [Fact]
    public void TypesThatHoldThemselvesAreAnError()
    {
        var bytes = new BtfBytes();
        Assert.Throws<InvalidDataException>(() => Generate(bytes.Add("t", Typedef, 0, false, 1), 1));
        bytes = new BtfBytes();
        Assert.Throws<InvalidDataException>(() => Generate(bytes.Add("", Array, 0, false, 0, 1, 1, 2), 1));
        bytes = new BtfBytes();
        Assert.Throws<InvalidDataException>(
            () => Generate(bytes.Add("s", Struct, 2, false, 8, bytes.Name("a"), 1, 0, bytes.Name("b"), 1, 32), 1));
    }

    [Fact]
    public void HugeArraysAreAnError()
    {
        var bytes = new BtfBytes();
        bytes.Add("", Pointer, 0, false, 0).Add("", Array, 0, false, 0, 1, 1, int.MaxValue).Add("", Array, 0, false, 0, 2, 1, int.MaxValue);

        Assert.Throws<InvalidDataException>(() => Generate(bytes, 3));
    }

    [Fact]
    public void UnknownTypesAndKindsAreAnError()
    {
        Assert.Throws<InvalidDataException>(() => Generate(new BtfBytes().Add("t", Typedef, 0, false, 77), 1));
        Assert.Throws<InvalidDataException>(() => BtfReader.Read(new BtfBytes().Add("t", 20, 0, false, 0).ToArray()));
    }

    private static (string Code, string[] Rejected) Generate(BtfBytes bytes, uint id)
    {
        var rejections = new Rejections("a.bpf.c");
        var types = new AbiTypes(new BtfTypes(BtfReader.Read(bytes.ToArray())), null, rejections);
        types.Reference(id, "Unnamed", "here");
        return (RecordWriter.Write("a.bpf.c", "N", types.Generated, null), [.. rejections.Lines]);
    }
}
