using System.Globalization;
using System.Numerics;

namespace Huatuo.Flow.Options.Types;

internal sealed class IntegerType<T>(T min, T max) : ScalarType<T>
    where T : struct, IBinaryInteger<T>
{
    public override string Syntax => $"a whole number from {Format(min)} to {Format(max)}";

    public override string Format(T value) => value.ToString(null, CultureInfo.InvariantCulture);

    protected override bool TryParse(string text, out T value) =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        && value >= min && value <= max;
}
