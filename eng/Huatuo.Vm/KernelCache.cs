namespace Huatuo.Vm;

/// <summary>Where kernels, QEMU and roots of programs are kept, each unpacked in a folder of its own.</summary>
internal sealed class KernelCache(string directory)
{
    private const string Release = ".version";

    public string Directory => directory;

    public string Qemu => Path.Combine(directory, "qemu");

    /// <summary>The unpacked QEMU, whether it is there or not.</summary>
    public string QemuProgram => Path.Combine(Qemu, "usr/bin/qemu-system-x86_64");

    /// <exception cref="VmException">There is no home directory either.</exception>
    public static KernelCache Of(string? cacheHome, string? home)
    {
        if (string.IsNullOrEmpty(cacheHome))
            cacheHome = string.IsNullOrEmpty(home) ? throw new VmException("set HOME or XDG_CACHE_HOME: kernels are cached below it") : Path.Combine(home, ".cache");
        return new KernelCache(Path.Combine(cacheHome, "huatuo", "kernels"));
    }

    public string Folder(string family) => Path.Combine(directory, family);

    /// <summary>The release that is cached of a family, null when none is.</summary>
    public string? ReleaseOf(string family) => VersionOf(Folder(family));

    /// <summary>Where a root of programs for tests is, whether it is there or not.</summary>
    public string Root(string name) => Path.Combine(directory, "..", "roots", name);

    /// <summary>What was put into a root, null when there is none.</summary>
    public string? ContentOf(string root) => VersionOf(Root(root));

    /// <exception cref="VmException">It is not cached.</exception>
    public KernelTree Kernel(string family) => Cached(family) is { } cached
        ? KernelTree.In(Folder(cached))
        : throw new VmException($"no kernel {family} in {directory}; run: dotnet run --project eng/Huatuo.Vm -- fetch");

    /// <summary>The family itself if it is cached, and of <see cref="KernelFamilies.Newest"/> the newest that is; else null.</summary>
    public string? Cached(string family)
    {
        if (family != KernelFamilies.Newest)
            return ReleaseOf(family) is null ? null : family;
        return !System.IO.Directory.Exists(directory) ? null : System.IO.Directory.GetDirectories(directory).Select(Path.GetFileName)
            .Where(name => Version.TryParse(name, out _) && ReleaseOf(name!) is not null).MaxBy(name => Version.Parse(name!));
    }

    /// <summary>Waits until no other process changes the cache.</summary>
    public async Task<IDisposable> LockAsync(CancellationToken stop)
    {
        System.IO.Directory.CreateDirectory(directory);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(directory, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException))
            {
                await tick.WaitForNextTickAsync(stop);
            }
        }
    }

    /// <summary>Puts a whole folder in the place of a family's former one, which a running machine may still read: it goes with the next.</summary>
    public void Replace(string family, string prepared, string release) => ReplaceFolder(Folder(family), prepared, release);

    /// <inheritdoc cref="Replace"/>
    public void ReplaceRoot(string root, string prepared, string content) => ReplaceFolder(Root(root), prepared, content);

    private static string? VersionOf(string folder)
    {
        string file = Path.Combine(folder, Release);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    private static void ReplaceFolder(string folder, string prepared, string version)
    {
        File.WriteAllText(Path.Combine(prepared, Release), version + "\n");
        string former = folder + ".old";
        if (System.IO.Directory.Exists(former))
            System.IO.Directory.Delete(former, recursive: true);
        if (System.IO.Directory.Exists(folder))
            System.IO.Directory.Move(folder, former);
        System.IO.Directory.Move(prepared, folder);
    }
}
