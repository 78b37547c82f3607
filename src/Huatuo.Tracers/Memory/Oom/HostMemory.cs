using System.Text;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>The machine's memory, from <c>/proc/meminfo</c>.</summary>
/// <param name="Fields">By the kernel's names, bytes.</param>
internal sealed record HostMemory(IReadOnlyList<NamedNumber> Fields)
{
    private const long Kibibyte = 1024;

    private static readonly string[] s_names =
    [
        "MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapCached", "Active(anon)", "Inactive(anon)", "Active(file)",
        "Inactive(file)", "Unevictable", "Slab", "SReclaimable", "SUnreclaim", "SwapTotal", "SwapFree", "CommitLimit", "Committed_AS",
    ];

    internal static HostMemory Read(string procRoot)
    {
        Dictionary<string, long> values = KeyedFile.Read(Path.Combine(procRoot, "meminfo"));
        return new([.. s_names.Where(name => values.TryGetValue(name, out long kibibytes) && kibibytes <= long.MaxValue / Kibibyte)
            .Select(name => new NamedNumber(Encoding.UTF8.GetBytes(name), values[name] * Kibibyte))]);
    }
}
