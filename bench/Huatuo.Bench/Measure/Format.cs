namespace Huatuo.Bench.Measure;

/// <summary>How figures stand in tables.</summary>
internal static class Format
{
    internal static string Number(double value) => double.IsNaN(value) ? "-" : Math.Abs(value) switch
    {
        0 => "0",
        < 1 => value.ToString("0.000"),
        < 100 => value.ToString("0.0"),
        _ => value.ToString("#,0"),
    };

    internal static string Ratio(double value) => double.IsNaN(value) ? "-" : $"×{value:0.00}";

    /// <summary>The median of ratios, and in brackets the tenth and the ninetieth percentile.</summary>
    internal static string Spread(Samples ratios) => $"×{ratios.Median:0.000} ({ratios.Percentile(10):0.000} … {ratios.Percentile(90):0.000})";

    internal static string MB(double bytes) => double.IsNaN(bytes) ? "-" : (bytes / 1e6).ToString("0.0");

    internal static string Rate(int perSecond) => perSecond == 0 ? "flat out" : $"{perSecond:#,0}/s";
}
