using System.Text;
using System.Text.Json;
using Huatuo.Flow.Filter;

namespace Huatuo.Flow.Tests.Filter;

public sealed class JsonFieldTestTests
{
    [Theory]
    [InlineData(FieldOperator.Is, "80", JsonTokenType.Number, "80", true)]
    [InlineData(FieldOperator.Is, "0x50", JsonTokenType.Number, "80", true)]
    [InlineData(FieldOperator.Is, "80", JsonTokenType.String, "0x50", true)]
    [InlineData(FieldOperator.Is, "80", JsonTokenType.Number, "80.5", false)]
    [InlineData(FieldOperator.Is, "18446744073709551615", JsonTokenType.Number, "18446744073709551615", true)]
    [InlineData(FieldOperator.Is, "true", JsonTokenType.True, "true", true)]
    [InlineData(FieldOperator.Is, "x", JsonTokenType.Null, "null", false)]
    [InlineData(FieldOperator.Not, "80", JsonTokenType.Number, "81", true)]
    [InlineData(FieldOperator.Not, "80", JsonTokenType.String, "0x50", false)]
    [InlineData(FieldOperator.Not, "a", JsonTokenType.String, "b", true)]
    [InlineData(FieldOperator.Not, "a", JsonTokenType.Null, "null", false)]
    [InlineData(FieldOperator.Matches, "^0x5", JsonTokenType.String, "0x50", true)]
    [InlineData(FieldOperator.Matches, "^8", JsonTokenType.Number, "80", true)]
    [InlineData(FieldOperator.Less, "1", JsonTokenType.Number, "0.5", true)]
    [InlineData(FieldOperator.Less, "-5", JsonTokenType.Number, "-6", true)]
    [InlineData(FieldOperator.Greater, "79", JsonTokenType.String, "0x50", true)]
    [InlineData(FieldOperator.Greater, "1", JsonTokenType.String, "2", false)]
    public void A_stored_value_compares_as_in_a_rule(FieldOperator @operator, string operand, JsonTokenType token, string value, bool holds) =>
        Assert.Equal(holds, new JsonFieldTest(new FieldCondition("f", @operator, [operand])).Holds(token, Encoding.UTF8.GetBytes(value)));
}
