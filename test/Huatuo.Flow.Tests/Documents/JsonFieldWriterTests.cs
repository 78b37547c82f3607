namespace Huatuo.Flow.Tests.Documents;

public sealed class JsonFieldWriterTests
{
    [Fact]
    public void EveryKindOfField() => Assert.Equal(
        """{"text":"a\"b\\c\né","signed":-5,"unsigned":18446744073709551615,"hex":"0xffffffffffffffff","zero":"0x0","raw":"\u00e9","object":{"array":["x","y"]}}""",
        Json.Of((ref writer) =>
        {
            writer.Text("text"u8, "a\"b\\c\né"u8);
            writer.Number("signed"u8, -5L);
            writer.Number("unsigned"u8, ulong.MaxValue);
            writer.Hex("hex"u8, ulong.MaxValue);
            writer.Hex("zero"u8, 0);
            writer.JsonText("raw"u8, "\"\\u00e9\""u8);
            writer.BeginObject("object"u8);
            writer.BeginArray("array"u8);
            writer.Element("x"u8);
            writer.Element("y"u8);
            writer.EndArray();
            writer.EndObject();
        }));

    [Fact]
    public void BytesThatAreNotUtf8AreReplaced() => Assert.Equal(
        """{"comm":"a\uFFFDb\uFFFD","list":["\uFFFD","ok"]}""",
        Json.Of((ref writer) =>
        {
            writer.Text("comm"u8, [(byte)'a', 0xff, (byte)'b', 0xc3]);
            writer.BeginArray("list"u8);
            writer.Element([0x80]);
            writer.Element("ok"u8);
            writer.EndArray();
        }));
}
