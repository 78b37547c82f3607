using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>The section <c>tracers.iolatency</c>.</summary>
internal sealed class IolatencyOptions : TracerOptions
{
    /// <summary>How many cgroups have counters of their own.</summary>
    public uint MaxCgroups { get; set; } = 2048;

    /// <summary>How many pairs of a disk and an operation have.</summary>
    public uint MaxDiskOperations { get; set; } = 512;

    /// <summary>The keys.</summary>
    public static OptionSchema<IolatencyOptions> Keys { get; } = Schema<IolatencyOptions>("iolatency")
        .Add("max_cgroups", OptionTypes.Integer<uint>(1, 65536), o => o.MaxCgroups, (o, v) => o.MaxCgroups = v, "Cgroups that are counted for themselves, at some 600 bytes; those above are counted as `other`.")
        .Add("max_disk_operations", OptionTypes.Integer<uint>(1, 65536), o => o.MaxDiskOperations, (o, v) => o.MaxDiskOperations = v, "Pairs of a disk and an operation that are counted for themselves, at some 4,400 bytes; those above are counted as `other`.");
}
