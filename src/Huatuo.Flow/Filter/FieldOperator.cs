namespace Huatuo.Flow.Filter;

/// <summary>How a field is compared.</summary>
public enum FieldOperator
{
    /// <summary>The value is one of the operands (<c>is</c>, <c>in</c>).</summary>
    Is,

    /// <summary>The value is none of the operands.</summary>
    Not,

    /// <summary>The regular expression, the one operand, is found in the text.</summary>
    Matches,

    /// <summary>The number is less than the one operand.</summary>
    Less,

    /// <summary>The number is greater than the one operand.</summary>
    Greater,
}
