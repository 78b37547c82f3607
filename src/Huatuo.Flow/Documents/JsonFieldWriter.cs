namespace Huatuo.Flow.Documents;

/// <summary>Writes fields as JSON. Bytes that are not UTF-8 become U+FFFD.</summary>
internal readonly struct JsonFieldWriter(JsonBuffer json) : IFieldWriter
{
    public void Text(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8)
    {
        json.Name(name);
        json.Text(utf8);
    }

    public void Number(scoped ReadOnlySpan<byte> name, long value)
    {
        json.Name(name);
        json.Number(value);
    }

    public void Number(scoped ReadOnlySpan<byte> name, ulong value)
    {
        json.Name(name);
        json.Number(value);
    }

    public void Real(scoped ReadOnlySpan<byte> name, double value)
    {
        json.Name(name);
        json.Number(double.IsFinite(value) ? value : throw new ArgumentException("JSON has no such number", nameof(value)));
    }

    public void Boolean(scoped ReadOnlySpan<byte> name, bool value)
    {
        json.Name(name);
        json.Raw(value ? "true"u8 : "false"u8);
    }

    public void Hex(scoped ReadOnlySpan<byte> name, ulong value)
    {
        json.Name(name);
        json.Raw("\"0x"u8);
        json.Number(value, "x");
        json.Mark((byte)'"');
    }

    public void JsonText(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> literal)
    {
        json.Name(name);
        json.Raw(literal);
    }

    public void BeginObject(scoped ReadOnlySpan<byte> name)
    {
        json.Name(name);
        json.Mark((byte)'{');
    }

    public void EndObject() => json.Mark((byte)'}');

    public void BeginArray(scoped ReadOnlySpan<byte> name)
    {
        json.Name(name);
        json.Mark((byte)'[');
    }

    public void Element(scoped ReadOnlySpan<byte> utf8)
    {
        json.Next();
        json.Text(utf8);
    }

    public void BeginElement()
    {
        json.Next();
        json.Mark((byte)'{');
    }

    public void EndArray() => json.Mark((byte)']');
}
