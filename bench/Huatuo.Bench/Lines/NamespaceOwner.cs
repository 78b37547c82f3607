using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Lines;

/// <summary>A process in a network namespace of its own, as a container's.</summary>
internal sealed class NamespaceOwner : IDisposable
{
    private readonly NetworkNamespace _namespace = NetworkNamespace.Create();
    private readonly Process _process;

    internal NamespaceOwner() => _process = Command.Start(_namespace.Inside("cat"));

    /// <summary>The namespace's inode, once the process is in it.</summary>
    internal async Task<uint> InodeAsync(CancellationToken stop)
    {
        string own = Inode("self");
        string inode;
        while ((inode = Inode(_process.Id.ToString(CultureInfo.InvariantCulture))) == own)
            await Task.Delay(1, stop);
        return uint.Parse(inode, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _namespace.Dispose();
    }

    // net:[4026531840]
    private static string Inode(string process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget!["net:[".Length..^1];
}
