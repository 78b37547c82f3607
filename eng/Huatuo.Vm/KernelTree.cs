namespace Huatuo.Vm;

/// <summary>An unpacked kernel.</summary>
/// <param name="Image">The bootable image.</param>
/// <param name="Modules">Its folder <c>lib/modules/RELEASE</c>.</param>
internal sealed record KernelTree(string Image, string Modules)
{
    /// <summary>The folder that depmod is told, in which <c>lib/modules/RELEASE</c> is.</summary>
    public static string Base(string modules) => modules[..modules.LastIndexOf("/lib/modules/", StringComparison.Ordinal)];

    /// <exception cref="VmException">There is no kernel in the folder.</exception>
    public static KernelTree In(string folder)
    {
        string[] modules = [.. new[] { "lib/modules", "usr/lib/modules" }
            .Select(place => Path.Combine(folder, place)).Where(Directory.Exists).SelectMany(Directory.GetDirectories)];
        string? image = Directory.EnumerateFiles(folder, "vmlinuz*", SearchOption.AllDirectories).FirstOrDefault();
        return image is not null && modules is [var one]
            ? new KernelTree(image, one)
            : throw new VmException($"{folder} does not hold one kernel with its modules; remove it and fetch again");
    }
}
