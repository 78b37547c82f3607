namespace Huatuo.Flow.Filter;

/// <summary>The number is on one side of the operand; a text is on neither.</summary>
internal sealed class RangeTest : FieldTest
{
    private readonly Int128 _bound;
    private readonly bool _isLess;

    public RangeTest(string operand, bool isLess)
    {
        if (!Number.TryParse(operand, out _bound))
            throw new ArgumentException($"'{operand}' is not a whole number.", nameof(operand));
        _isLess = isLess;
    }

    public override bool Holds(ReadOnlySpan<byte> utf8) => false;

    public override bool Holds(Int128 number, bool isHex) => _isLess ? number < _bound : number > _bound;

    public override bool Holds(double number) => _isLess ? number < (double)_bound : number > (double)_bound;
}
