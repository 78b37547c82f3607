using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.Diskio;

/// <summary>The section <c>tracers.diskio</c>.</summary>
internal sealed class DiskioOptions : TracerOptions
{
    /// <summary>Off by default.</summary>
    public DiskioOptions() => Enabled = false;

    /// <summary>Which disks are shown.</summary>
    public string DeviceIncluded { get; set; } = "";

    /// <summary>Which are not.</summary>
    public string DeviceExcluded { get; set; } = @"^(loop|ram|fd|zram)\d+$";

    /// <summary>The keys.</summary>
    public static OptionSchema<DiskioOptions> Keys { get; } = Schema<DiskioOptions>("diskio")
        .Add("device_included", OptionTypes.Pattern, o => o.DeviceIncluded, (o, v) => o.DeviceIncluded = v, "Only disks and partitions in whose name this is found; empty for all.")
        .Add("device_excluded", OptionTypes.Pattern, o => o.DeviceExcluded, (o, v) => o.DeviceExcluded = v, "None in whose name this is found.");
}
