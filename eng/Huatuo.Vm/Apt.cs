namespace Huatuo.Vm;

/// <summary>apt with sources and lists of its own: what is installed on this machine stays as it is.</summary>
/// <param name="directory">Where they are kept.</param>
/// <param name="releases">The list of sources, by this machine's mirrors.</param>
internal sealed class Apt(string directory, Func<AptMirrors, string> releases)
{
    private const string System = "/etc/apt";

    public async Task UpdateAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(Path.Combine(directory, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(directory, "cache", "archives", "partial"));
        string parts = Path.Combine(System, "sources.list.d");
        string[] files = [.. Directory.Exists(parts) ? Directory.GetFiles(parts) : [], Path.Combine(System, "sources.list")];
        var mirrors = AptMirrors.Parse(files.Where(File.Exists).Select(File.ReadAllText));
        await File.WriteAllTextAsync(Path.Combine(directory, "sources.list"), releases(mirrors), stop);
        await Tool.TextAsync("apt-get", [.. Options, "-qq", "update", "--error-on=any"], stop);
    }

    public async Task<string[]> NamesAsync(string prefix, CancellationToken stop) =>
        (await Tool.TextAsync("apt-cache", [.. Options, "pkgnames", prefix], stop)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is known of the newest version of a package, as <c>Field: value</c>.</summary>
    public Task<string> ShowAsync(string package, CancellationToken stop) =>
        Tool.TextAsync("apt-cache", [.. Options, "show", "--no-all-versions", package], stop);

    /// <summary>Downloads packages and unpacks them into one new folder.</summary>
    public async Task UnpackAsync(string folder, IEnumerable<string> packages, CancellationToken stop)
    {
        string download = folder + ".deb";
        foreach (string fresh in (string[])[folder, download])
        {
            if (Directory.Exists(fresh))
                Directory.Delete(fresh, recursive: true);
            Directory.CreateDirectory(fresh);
        }

        try
        {
            await Tool.TextAsync("env", ["-C", download, "apt-get", .. Options, "-qq", "download", .. packages], stop);
            foreach (string package in Directory.GetFiles(download, "*.deb"))
                await Tool.TextAsync("dpkg-deb", ["-x", package, folder], stop);
        }
        finally
        {
            Directory.Delete(download, recursive: true);
        }
    }

    private string[] Options =>
    [
        "-o", $"Dir::Etc::SourceList={directory}/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null",
        "-o", $"Dir::State::Lists={directory}/lists", "-o", $"Dir::Cache={directory}/cache",
        "-o", "Acquire::Languages=none", "-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=1",
        // The security archive of a release that is no longer supported is not signed anew.
        "-o", "Acquire::Check-Valid-Until=false",
    ];
}
