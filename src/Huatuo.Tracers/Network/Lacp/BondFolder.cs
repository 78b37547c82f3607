using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>The bonds of one network namespace.</summary>
/// <param name="path">Its <c>/proc/net/bonding</c>; it is there once the driver is.</param>
internal sealed class BondFolder(string path)
{
    /// <summary>All bonds in mode 802.3ad, by name.</summary>
    /// <exception cref="IOException">The kernel does not tell LACP's state.</exception>
    internal IReadOnlyList<Bond> Read()
    {
        List<Bond> bonds = [];
        foreach (string file in Files().Order(StringComparer.Ordinal))
        {
            // A bond may be gone by now.
            if (KernelFile.TryRead(file) is not { } content || Bond.TryParse(Path.GetFileName(file), content) is not { } bond)
                continue;
            if (bond.Ports.Any(port => port.IsConcealed))
                throw new IOException($"{file} does not tell LACP's state: run as root, or with CAP_NET_ADMIN");
            bonds.Add(bond);
        }
        return bonds;
    }

    private string[] Files()
    {
        try
        {
            return Directory.GetFiles(path);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
