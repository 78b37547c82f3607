using System.Globalization;

namespace Huatuo.Profiling.Formats;

/// <summary>What pictures write beside a frame.</summary>
internal static class Amounts
{
    /// <summary>A value with its unit.</summary>
    internal static string Text(long value, ProfileUnit unit) => unit switch
    {
        ProfileUnit.Bytes when value >= 1 << 20 => (value / (double)(1 << 20)).ToString("0.### 'MiB'", CultureInfo.InvariantCulture),
        ProfileUnit.Bytes => (value / 1024.0).ToString("0.### 'KiB'", CultureInfo.InvariantCulture),
        ProfileUnit.Cycles => (value / 1e6).ToString("0.### 'Mcycles'", CultureInfo.InvariantCulture),
        ProfileUnit.Count => value.ToString(CultureInfo.InvariantCulture),
        _ => (value / 1e6).ToString("0.### 'ms'", CultureInfo.InvariantCulture),
    };
}
