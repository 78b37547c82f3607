using System.Globalization;
using System.Text.RegularExpressions;

namespace Huatuo.Vm;

/// <summary>A Debian package of a kernel's cloud flavour.</summary>
/// <param name="Name">Such as <c>linux-image-6.12.117+deb13-cloud-amd64</c>.</param>
/// <param name="Release">What the kernel calls itself: <c>6.12.117+deb13-cloud-amd64</c>.</param>
/// <param name="Family"><c>6.12</c>.</param>
internal sealed partial record KernelPackage(string Name, string Release, string Family)
{
    private const string Prefix = "linux-image-";

    /// <summary>Null for anything else: other flavours, debug symbols, unsigned kernels, an older release's rebuild of 6.1.</summary>
    public static KernelPackage? Parse(string name) =>
        Pattern().Match(name) is { Success: true } match && !name.Contains("deb11.", StringComparison.Ordinal)
            ? new KernelPackage(name, name[Prefix.Length..], match.Groups["family"].Value)
            : null;

    /// <summary>The newest package of a family, or of all.</summary>
    /// <returns>Null when there is none.</returns>
    public static KernelPackage? Newest(IEnumerable<KernelPackage> packages, string family) => packages
        .Where(package => family == KernelFamilies.Newest || package.Family == family)
        .OrderBy(package => package.Numbers(), Comparer<int[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)))
        .LastOrDefault();

    private int[] Numbers() =>
        [.. Digits().Matches(Release.Split("-cloud")[0]).Select(match => int.Parse(match.ValueSpan, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"^linux-image-(?<family>[0-9]+\.[0-9]+)\.[0-9][^-]*(-[0-9][^-]*)?-cloud-amd64$")]
    private static partial Regex Pattern();

    [GeneratedRegex("[0-9]{1,9}")]
    private static partial Regex Digits();
}
