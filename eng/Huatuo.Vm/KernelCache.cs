namespace Huatuo.Vm;

/// <summary>Where kernels and QEMU are kept, each unpacked in a folder of its own.</summary>
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
    public string? ReleaseOf(string family)
    {
        string file = Path.Combine(Folder(family), Release);
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

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
    public void Replace(string family, string prepared, string release)
    {
        File.WriteAllText(Path.Combine(prepared, Release), release + "\n");
        string former = Folder(family) + ".old";
        if (System.IO.Directory.Exists(former))
            System.IO.Directory.Delete(former, recursive: true);
        if (System.IO.Directory.Exists(Folder(family)))
            System.IO.Directory.Move(Folder(family), former);
        System.IO.Directory.Move(prepared, Folder(family));
    }
}
