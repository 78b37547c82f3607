using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.Docs.Tests.Fields;

/// <summary>Keeps the dotted path of every field that an event writes, with its type.</summary>
internal readonly struct FieldRecorder(SortedDictionary<string, string> fields) : IFieldWriter
{
    private readonly List<string> _open = [];

    public void Text(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8) => Add(name, "text");

    public void Number(scoped ReadOnlySpan<byte> name, long value) => Add(name, "integer");

    public void Number(scoped ReadOnlySpan<byte> name, ulong value) => Add(name, "integer");

    public void Real(scoped ReadOnlySpan<byte> name, double value) => Add(name, "number");

    public void Boolean(scoped ReadOnlySpan<byte> name, bool value) => Add(name, "boolean");

    public void Hex(scoped ReadOnlySpan<byte> name, ulong value) => Add(name, "hex");

    public void JsonText(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> literal) => Add(name, "text");

    public void BeginObject(scoped ReadOnlySpan<byte> name) => _open.Add(Encoding.UTF8.GetString(name));

    public void EndObject() => _open.RemoveAt(_open.Count - 1);

    public void BeginArray(scoped ReadOnlySpan<byte> name) => Add(name, "list of text");

    public void Element(scoped ReadOnlySpan<byte> utf8)
    {
    }

    public void BeginElement() => _open.Add("[]");

    public void EndArray()
    {
    }

    private void Add(ReadOnlySpan<byte> name, string type)
    {
        string path = string.Join('.', [.. _open, Encoding.UTF8.GetString(name)]);
        if (fields.TryGetValue(path, out string? known))
            Assert.Equal(known, type);
        fields[path] = type;
    }
}
