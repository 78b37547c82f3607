namespace Huatuo.Flow.Filter;

/// <summary>A field condition made ready to be asked often.</summary>
internal abstract class FieldTest
{
    /// <summary>The operator whose array must hold for every element.</summary>
    public virtual bool IsNegated => false;

    /// <summary>Whether a text holds.</summary>
    public abstract bool Holds(ReadOnlySpan<byte> utf8);

    /// <summary>Whether a number holds.</summary>
    /// <param name="number">A value of 64 bits, with or without sign.</param>
    /// <param name="isHex">The document has it as the text <c>0x…</c>.</param>
    public abstract bool Holds(Int128 number, bool isHex);

    /// <summary>Whether a number with a fraction holds.</summary>
    public abstract bool Holds(double number);

    /// <summary>Makes a condition ready.</summary>
    /// <exception cref="ArgumentException">An operand is not what the operator needs.</exception>
    public static FieldTest Create(FieldCondition condition) => condition.Operator switch
    {
        FieldOperator.Is or FieldOperator.Not => new EqualityTest(condition.Operands, condition.Operator == FieldOperator.Not),
        FieldOperator.Matches => new PatternTest(Operand(condition)),
        _ => new RangeTest(Operand(condition), condition.Operator == FieldOperator.Less),
    };

    private static string Operand(FieldCondition condition) => condition.Operands is [var operand]
        ? operand
        : throw new ArgumentException($"The field '{condition.Field}' is compared with {condition.Operands.Count} operands.");
}
