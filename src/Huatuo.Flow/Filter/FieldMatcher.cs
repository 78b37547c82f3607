using System.Runtime.CompilerServices;
using Huatuo.Flow.Documents;

namespace Huatuo.Flow.Filter;

/// <summary>Walks over one event and notes which field conditions of the candidate rules hold.</summary>
internal struct FieldMatcher(FieldTree tree, FieldProbe[] probes, ulong candidates) : IFieldWriter
{
    private ConditionBits _held;
    private int _node = FieldTree.Root;
    private int _array = FieldTree.None;

    // Objects that nobody asks for, which the walk is inside of.
    private int _skipped;

    /// <summary>Whether all conditions from one up to, but without, another hold.</summary>
    public readonly bool Held(int start, int end) => _held.AreSet(start, end);

    public void Text(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8)
    {
        foreach (int index in Asked(name))
        {
            if (IsCandidate(index) && probes[index].Test.Holds(utf8))
                _held.Set(index);
        }
    }

    public void Number(scoped ReadOnlySpan<byte> name, long value) => Number(name, value, isHex: false);

    public void Number(scoped ReadOnlySpan<byte> name, ulong value) => Number(name, value, isHex: false);

    public void Real(scoped ReadOnlySpan<byte> name, double value)
    {
        foreach (int index in Asked(name))
        {
            if (IsCandidate(index) && probes[index].Test.Holds(value))
                _held.Set(index);
        }
    }

    public void Boolean(scoped ReadOnlySpan<byte> name, bool value) => Text(name, value ? "true"u8 : "false"u8);

    public void Hex(scoped ReadOnlySpan<byte> name, ulong value) => Number(name, value, isHex: true);

    public void JsonText(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> literal)
    {
        if (Asked(name).IsEmpty || literal.Length < 2)
            return;
        ReadOnlySpan<byte> content = literal[1..^1];
        if (content.Contains((byte)'\\'))
            EscapedText(name, content);
        else
            Text(name, content);
    }

    public void BeginObject(scoped ReadOnlySpan<byte> name)
    {
        int child = _skipped == 0 ? tree.Child(_node, name) : FieldTree.None;
        if (child == FieldTree.None)
            _skipped++;
        else
            _node = child;
    }

    public void EndObject()
    {
        if (_skipped > 0)
            _skipped--;
        else
            _node = tree.Parent(_node);
    }

    public void BeginArray(scoped ReadOnlySpan<byte> name)
    {
        _array = _skipped == 0 ? tree.Child(_node, name) : FieldTree.None;
        if (_array == FieldTree.None)
            return;
        foreach (int index in tree.Conditions(_array))
        {
            if (probes[index].Test.IsNegated)
                _held.Set(index);
        }
    }

    public void Element(scoped ReadOnlySpan<byte> utf8)
    {
        if (_array == FieldTree.None)
            return;
        foreach (int index in tree.Conditions(_array))
        {
            if (!IsCandidate(index))
                continue;
            FieldTest test = probes[index].Test;
            bool holds = test.Holds(utf8);
            if (test.IsNegated && !holds)
                _held.Clear(index);
            else if (!test.IsNegated && holds)
                _held.Set(index);
        }
    }

    // No path leads into an array's objects.
    public void BeginElement() => _skipped++;

    public void EndArray() => _array = FieldTree.None;

    private void Number(scoped ReadOnlySpan<byte> name, Int128 value, bool isHex)
    {
        foreach (int index in Asked(name))
        {
            if (IsCandidate(index) && probes[index].Test.Holds(value, isHex))
                _held.Set(index);
        }
    }

    [SkipLocalsInit]
    private void EscapedText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> text = stackalloc byte[FieldCondition.LongestText + 4];
        Text(name, text[..JsonEscapes.Decode(content, text)]);
    }

    private readonly bool IsCandidate(int condition) => (candidates >> probes[condition].Rule & 1) != 0;

    private readonly ReadOnlySpan<int> Asked(ReadOnlySpan<byte> name)
    {
        int child = _skipped == 0 ? tree.Child(_node, name) : FieldTree.None;
        return child == FieldTree.None ? [] : tree.Conditions(child);
    }
}
