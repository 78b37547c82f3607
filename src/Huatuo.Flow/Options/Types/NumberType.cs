using System.Globalization;

namespace Huatuo.Flow.Options.Types;

internal sealed class NumberType(double min, double max) : ScalarType<double>
{
    private const NumberStyles Styles =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public override string Syntax => $"a number from {Format(min)} to {Format(max)}";

    public override string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    protected override bool TryParse(string text, out double value) =>
        double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value) && value >= min && value <= max;
}
