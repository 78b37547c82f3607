namespace Huatuo.Vm;

/// <summary>The kernels that the mirror has.</summary>
/// <param name="Packages">Those that can be booted here.</param>
/// <param name="Fault">Why the mirror could not be asked; null when it could.</param>
internal sealed record Mirror(IReadOnlyList<KernelPackage> Packages, string? Fault)
{
    private HashSet<string> Names { get; init; } = new HashSet<string>();

    /// <summary>From the names of its packages.</summary>
    public static Mirror Of(IEnumerable<string> names)
    {
        var mirror = new Mirror([], null) { Names = names.ToHashSet() };
        // Without its modules a kernel cannot reach the host's files.
        return mirror with { Packages = [.. mirror.Names.Select(KernelPackage.Parse).OfType<KernelPackage>().Where(package => mirror.Parts(package).All(mirror.Names.Contains))] };
    }

    public static Mirror Unreachable(string fault) => new([], fault);

    /// <summary>The packages that make up a kernel: one, and from 6.19 on several.</summary>
    public string[] Parts(KernelPackage package) => Names.Contains($"linux-binary-{package.Release}")
        ? [$"linux-binary-{package.Release}", $"linux-modules-{package.Release}", $"linux-base-{package.Release}"]
        : [package.Name];
}
