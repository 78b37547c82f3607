namespace Huatuo.Flow.Filter;

/// <summary>Holds when a field of the document compares as wanted.</summary>
/// <remarks>
/// A field that the event does not have never holds, whatever the operator. Of an array, one element must compare as
/// wanted, and for <see cref="FieldOperator.Not"/> every one. Text is compared letter by letter, a number with operands
/// that are whole numbers (<c>0x</c> for hexadecimal). Texts are cut after <see cref="LongestText"/> bytes for a regular
/// expression.
/// </remarks>
/// <param name="Field">The dotted path: <c>layers.tcp.sk_state</c>.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Operands">What it is compared with.</param>
public sealed record FieldCondition(string Field, FieldOperator Operator, IReadOnlyList<string> Operands)
{
    /// <summary>How many bytes of a text a regular expression sees.</summary>
    public const int LongestText = 4096;
}
