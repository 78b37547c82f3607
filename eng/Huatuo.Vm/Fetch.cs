namespace Huatuo.Vm;

/// <summary>Brings the cache up to date with the mirror, and tells a line for each family: its release and whether it is hybrid, or why it is not tested.</summary>
internal sealed class Fetch(KernelCache cache, TextWriter output)
{
    private static readonly string[] QemuPackages = ["qemu-system-x86", "qemu-system-data", "seabios"];

    /// <param name="families">The families; what the mirror no longer has is told and left out.</param>
    /// <param name="host">The family of this machine's kernel, which is one to test on too.</param>
    /// <param name="least">How many families there must be.</param>
    /// <param name="whole">Whether modules are built that Debian has not.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>Whether there are.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<KernelFamily> families, string host, int least, bool whole, CancellationToken stop)
    {
        using var alone = await cache.LockAsync(stop);
        var apt = new Apt(Path.Combine(cache.Directory, ".apt"), mirrors => mirrors.ToKernels());
        var mirror = await MirrorAsync(apt, stop);
        string? lacking = Installed.Lacking();
        if (lacking is not null)
            mirror = Mirror.Unreachable(lacking);
        var tested = new HashSet<string> { host };
        var told = new HashSet<string>();
        foreach ((string wanted, bool hybrid) in families)
        {
            var package = KernelPackage.Newest(mirror.Packages, wanted);
            string? family = package?.Family ?? (mirror.Fault is null || lacking is not null ? null : cache.Cached(wanted));
            if (family is null)
            {
                await output.WriteLineAsync($"{wanted}: not tested, {mirror.Fault ?? "the mirror has no such kernel"}");
                continue;
            }

            if (!told.Add(family))
                continue;
            string remark = package is null ? $" (cached; {mirror.Fault})" : await RefreshAsync(apt, package, mirror, stop);
            if (cache.ReleaseOf(family) is { } release)
            {
                tested.Add(family);
                if (whole && package is not null)
                    remark += await new Netdevsim(apt, cache).AddAsync(family, release, stop);
                if (hybrid)
                    release += " hybrid";
            }
            else
            {
                release = "not tested,";
            }

            await output.WriteLineAsync($"{family}: {release}{remark}");
        }

        if (tested.Count >= least)
            return true;
        await output.WriteLineAsync($"kernels to test on: {string.Join(", ", tested)}, this machine's included; at least {least} families are wanted");
        return false;
    }

    private async Task<Mirror> MirrorAsync(Apt apt, CancellationToken stop)
    {
        try
        {
            await apt.UpdateAsync(stop);
            if (!Directory.Exists(cache.Qemu))
                await FetchQemuAsync(apt, stop);
            return Mirror.Of(await apt.NamesAsync("linux-", stop));
        }
        catch (VmException e)
        {
            return Mirror.Unreachable("the mirror cannot be asked: " + FirstLine(e));
        }
    }

    private async Task<string> RefreshAsync(Apt apt, KernelPackage package, Mirror mirror, CancellationToken stop)
    {
        if (cache.ReleaseOf(package.Family) == package.Release)
            return "";
        try
        {
            string fresh = cache.Folder(package.Family) + ".new";
            await apt.UnpackAsync(fresh, mirror.Parts(package), stop);
            string modules = KernelTree.In(fresh).Modules;
            await Tool.TextAsync("depmod", ["-b", KernelTree.Base(modules), Path.GetFileName(modules)], stop);
            cache.Replace(package.Family, fresh, package.Release);
            return " (new)";
        }
        catch (VmException e)
        {
            return $" (cannot be refreshed to {package.Release}: {FirstLine(e)})";
        }
    }

    private async Task FetchQemuAsync(Apt apt, CancellationToken stop)
    {
        string fresh = cache.Qemu + ".new";
        try
        {
            await apt.UnpackAsync(fresh, QemuPackages.Select(package => package + "/bookworm-backports"), stop);
            Directory.Move(fresh, cache.Qemu);
        }
        catch (VmException e)
        {
            await output.WriteLineAsync($"the installed QEMU is used: {FirstLine(e)}");
        }
    }

    private static string FirstLine(VmException e) => e.Message.Split('\n')[0];
}
