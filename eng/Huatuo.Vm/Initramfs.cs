namespace Huatuo.Vm;

/// <summary>The guest's first file system: busybox, the modules that reach the host's files, the command.</summary>
internal static class Initramfs
{
    private static readonly string[] Needed = ["virtio_pci", "virtio_console", "virtio_blk", "virtiofs", "overlay"];

    /// <exception cref="VmException">A program is missing or a module is broken.</exception>
    public static async Task WriteAsync(string file, KernelTree kernel, RunOptions options, string directory, CancellationToken stop)
    {
        await using var stream = File.Create(file);
        var archive = new CpioWriter(stream);
        foreach (string name in (string[])["bin", "dev", "lower", "modules", "proc", "root", "sys", "upper", "vm"])
            archive.AddDirectory(name);
        archive.AddFile("bin/busybox", await File.ReadAllBytesAsync(Installed.Busybox, stop));
        archive.AddFile("init", Script("init"));
        archive.AddFile("stage2", Script("stage2"));
        archive.AddFile("vm/command", options.Command + "\n");
        archive.AddFile("vm/directory", directory + "\n");
        archive.AddFile("vm/cgroups", options.Hybrid ? "hybrid\n" : "unified\n");
        archive.AddFile("vm/modules", kernel.Modules + "\n");

        var modules = new ModuleList(await File.ReadAllTextAsync(Path.Combine(kernel.Modules, "modules.dep"), stop));
        int number = 100;
        foreach (string module in modules.Order(Needed))
            archive.AddFile($"modules/{number++}-{ModuleList.NameOf(module)}.ko", await PlainAsync(Path.Combine(kernel.Modules, module), stop));
        archive.End();
    }

    private static async Task<byte[]> PlainAsync(string file, CancellationToken stop) => Path.GetExtension(file) switch
    {
        ".xz" => await Tool.BytesAsync("xz", ["-dc", file], stop),
        ".zst" => await Tool.BytesAsync("zstd", ["-qdc", file], stop),
        ".gz" => await Tool.BytesAsync("gzip", ["-dc", file], stop),
        _ => await File.ReadAllBytesAsync(file, stop),
    };

    private static string Script(string name)
    {
        using var reader = new StreamReader(typeof(Initramfs).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
