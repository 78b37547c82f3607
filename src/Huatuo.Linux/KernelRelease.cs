using System.Globalization;

namespace Huatuo.Linux;

/// <summary>The release of the running kernel, as <c>uname -r</c> prints it.</summary>
/// <param name="Major">6 of <c>6.18.44-cloud</c>.</param>
/// <param name="Minor">18.</param>
/// <param name="Patch">44; 0 where the release has only two numbers.</param>
/// <param name="Full">The whole string.</param>
public readonly record struct KernelRelease(int Major, int Minor, int Patch, string Full)
{
    /// <summary>Whether the kernel is of this version or newer. Distributions backport: prefer probing a feature.</summary>
    public bool Since(int major, int minor) => Major != major ? Major > major : Minor >= minor;

    /// <summary>Reads <c>sys/kernel/osrelease</c>.</summary>
    /// <returns>False when the file is missing or does not start with <c>number.number</c>.</returns>
    public static bool TryRead(out KernelRelease release, string procRoot = "/proc")
    {
        release = default;
        return SmallFile.ReadLine(Path.Combine(procRoot, "sys/kernel/osrelease")) is { } text
            && TryParse(text, out release);
    }

    /// <summary>Parses <c>major.minor[.patch][anything]</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out KernelRelease release)
    {
        release = default;
        var rest = text;
        if (!TryNumber(ref rest, out int major) || !TryDot(ref rest) || !TryNumber(ref rest, out int minor))
            return false;

        int patch = 0;
        if (TryDot(ref rest) && !TryNumber(ref rest, out patch)) return false;

        release = new KernelRelease(major, minor, patch, text.ToString());
        return true;
    }

    private static bool TryDot(ref ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty || rest[0] != '.') return false;
        rest = rest[1..];
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<char> rest, out int value)
    {
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest : rest[..end];
        rest = rest[digits.Length..];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <inheritdoc />
    public override string ToString() => Full;
}
