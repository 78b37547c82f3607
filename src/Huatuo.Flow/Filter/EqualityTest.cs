using System.Text;

namespace Huatuo.Flow.Filter;

/// <summary>The value is one of the operands, or none of them.</summary>
internal sealed class EqualityTest : FieldTest
{
    private readonly byte[][] _texts;
    private readonly Int128[] _numbers;

    public EqualityTest(IReadOnlyList<string> operands, bool isNegated)
    {
        IsNegated = isNegated;
        _texts = [.. operands.Select(Encoding.UTF8.GetBytes)];
        var numbers = new List<Int128>();
        foreach (string operand in operands)
        {
            if (Number.TryParse(operand, out Int128 number))
                numbers.Add(number);
        }

        _numbers = [.. numbers];
    }

    public override bool IsNegated { get; }

    public override bool Holds(ReadOnlySpan<byte> utf8)
    {
        foreach (byte[] text in _texts)
        {
            if (utf8.SequenceEqual(text))
                return !IsNegated;
        }

        return IsNegated;
    }

    public override bool Holds(Int128 number, bool isHex) => _numbers.AsSpan().Contains(number) != IsNegated;

    public override bool Holds(double number) => (double.IsInteger(number) && _numbers.AsSpan().Contains((Int128)number)) != IsNegated;
}
