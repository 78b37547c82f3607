using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Filter;

namespace Huatuo.Store.Search;

/// <summary>A field in <c>tracer_data</c> compares as wanted.</summary>
internal sealed class FieldPathCondition : Condition
{
    private const long LargestPlain = 1_000_000_000_000_000;

    private readonly byte[] _path;
    private readonly JsonFieldTest _test;
    private readonly FieldCondition _condition;
    private bool _seen;

    /// <exception cref="ArgumentException">An operand is not what the operator needs.</exception>
    public FieldPathCondition(FieldCondition condition)
    {
        _condition = condition;
        _path = Encoding.UTF8.GetBytes("tracer_data." + condition.Field);
        _test = new JsonFieldTest(condition);
    }

    public override IEnumerable<IReadOnlyList<SoughtWord>> Implied
    {
        get
        {
            string name = _condition.Field.Split('.')[^1];
            if (_condition is not { Operator: FieldOperator.Is, Operands: [var operand] } || !IsIndexed(name))
                return [];
            if (operand is "true" or "false")
                return [];
            // A number may be written as 80 or as 0x50, and a large one with an exponent.
            if (!JsonFieldTest.IsNumber(operand, out Int128 number))
                return SoughtWord.Parse(operand).Select(word => (IReadOnlyList<SoughtWord>)[word with { IsPrefix = false }]);
            return Int128.Abs(number) < LargestPlain ? [Forms(operand, number)] : [];
        }
    }

    public override void Begin()
    {
        base.Begin();
        _seen = false;
    }

    public override void See(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, JsonTokenType token, ReadOnlySpan<byte> value)
    {
        if (!path.SequenceEqual(_path))
            return;
        bool holds = _test.Holds(token, value);
        Holds = _test.IsNegated ? holds && (Holds || !_seen) : holds || Holds;
        _seen = true;
    }

    private static List<SoughtWord> Forms(string operand, Int128 number)
    {
        string decimalForm = number.ToString(CultureInfo.InvariantCulture);
        string[] forms = number < 0 ? [operand, decimalForm] : [operand, decimalForm, "0x" + number.ToString("x", CultureInfo.InvariantCulture)];
        return [.. forms.Distinct().SelectMany(SoughtWord.Parse)];
    }

    // Stacks are found by reference, not by the words of one field.
    private static bool IsIndexed(string name) => name != "stack" && SearchedFields.Has(Encoding.UTF8.GetBytes(name));
}
