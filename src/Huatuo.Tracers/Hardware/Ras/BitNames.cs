namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Names of the bits of a register.</summary>
internal static class BitNames
{
    /// <summary>The names of the bits that are set, highest first; an unnamed one is <c>bit N</c>.</summary>
    /// <param name="value">The register.</param>
    /// <param name="separator">Between two names.</param>
    /// <param name="names">Bits and their names.</param>
    internal static string Of(ulong value, string separator, params ReadOnlySpan<(int Bit, string Name)> names)
    {
        List<string> found = [];
        for (int bit = 63; bit >= 0; bit--)
            if ((value >> bit & 1) != 0)
                found.Add(Name(bit, names));
        return string.Join(separator, found);
    }

    private static string Name(int bit, ReadOnlySpan<(int Bit, string Name)> names)
    {
        foreach ((int known, string name) in names)
            if (known == bit)
                return name;
        return $"bit {bit}";
    }
}
