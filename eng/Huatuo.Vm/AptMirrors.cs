using System.Text.RegularExpressions;

namespace Huatuo.Vm;

/// <summary>The Debian mirrors that this machine is configured for.</summary>
/// <param name="Main">The archive.</param>
/// <param name="Security">The security archive.</param>
internal sealed partial record AptMirrors(string Main, string Security)
{
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>Finds them in the texts of apt's lists of sources, of either format.</summary>
    /// <exception cref="VmException">One of them is not there.</exception>
    public static AptMirrors Parse(IEnumerable<string> sources)
    {
        string[] addresses = [.. sources.SelectMany(text => Address().Matches(text)).Select(match => match.Groups[1].Value.TrimEnd('/'))];
        return new AptMirrors(Ending("/debian"), Ending("/debian-security"));

        string Ending(string name) => addresses.FirstOrDefault(address => address.EndsWith(name, StringComparison.Ordinal))
            ?? throw new VmException($"apt has no source whose address ends with {name}; kernels come from Debian's mirrors");
    }

    /// <summary>A list of sources with every release that has kernels to test, and QEMU.</summary>
    public string ToKernels() => ToSourcesList($"{Security} bullseye-security", $"{Security} bookworm-security", $"{Security} trixie-security", $"{Main} bookworm-backports", $"{Main} trixie-backports", $"{Main} trixie");

    /// <summary>One with the releases that are newer than Debian 12.</summary>
    public string ToPrograms() => ToSourcesList($"{Main} trixie", $"{Main} forky");

    private static string ToSourcesList(params IEnumerable<string> sources) => string.Concat(sources.Select(source => $"deb [signed-by={Keyring}] {source} main\n"));

    [GeneratedRegex(@"^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Address();
}
