using System.Globalization;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>Numbers of devices as the kernel has them (include/linux/kdev_t.h), and as its files have them.</summary>
internal static class KernelDevice
{
    private const int MinorBits = 20;

    /// <summary>Of both parts.</summary>
    internal static uint Of(uint major, uint minor) => major << MinorBits | minor;

    /// <summary>The first part.</summary>
    internal static uint Major(uint device) => device >> MinorBits;

    /// <summary>The second part.</summary>
    internal static uint Minor(uint device) => device & ((1u << MinorBits) - 1);

    /// <summary>Such as <c>8:1</c>.</summary>
    internal static string Text(uint device) => string.Create(CultureInfo.InvariantCulture, $"{Major(device)}:{Minor(device)}");

    /// <summary>Reads that.</summary>
    internal static uint Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return Of(uint.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture), uint.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }
}
