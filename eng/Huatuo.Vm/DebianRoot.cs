namespace Huatuo.Vm;

/// <summary>A folder to change the root to, with packages of a newer Debian than this machine's.</summary>
internal static class DebianRoot
{
    /// <summary>Makes it, unless it is there with these packages.</summary>
    /// <param name="cache">Where it is kept.</param>
    /// <param name="name">What the tests call it.</param>
    /// <param name="packages">Packages of Debian 13, or of another release that stands behind a slash; all that are needed: nothing is added for what they depend on.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="VmException">The mirror has them not, or cannot be asked.</exception>
    public static async Task MakeAsync(KernelCache cache, string name, IReadOnlyList<string> packages, CancellationToken stop)
    {
        if (name.Contains('/', StringComparison.Ordinal) || name.StartsWith('.'))
            throw new FormatException($"{name} is not the name of a folder");
        using var alone = await cache.LockAsync(stop);
        string content = string.Join(' ', packages);
        if (cache.ContentOf(name) == content)
            return;
        var apt = new Apt(Path.Combine(cache.Directory, ".apt-programs"), mirrors => mirrors.ToPrograms());
        await apt.UpdateAsync(stop);
        string fresh = cache.Root(name) + ".new";
        await apt.UnpackAsync(fresh, packages.Select(package => package.Contains('/', StringComparison.Ordinal) ? package : package + "/trixie"), stop);
        // What its packages hold is below usr alone.
        foreach (string folder in (string[])["bin", "lib", "lib64"])
        {
            if (!Path.Exists(Path.Combine(fresh, folder)))
                File.CreateSymbolicLink(Path.Combine(fresh, folder), "usr/" + folder);
        }

        Directory.CreateDirectory(Path.Combine(fresh, "tmp"));
        cache.ReplaceRoot(name, fresh, content);
    }
}
