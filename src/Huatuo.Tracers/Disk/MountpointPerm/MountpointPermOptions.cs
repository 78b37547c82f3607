using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.MountpointPerm;

/// <summary>The section <c>tracers.mountpoint_perm</c>.</summary>
internal sealed class MountpointPermOptions : TracerOptions
{
    /// <summary>Which mount points are shown.</summary>
    public string MountPointsIncluded { get; set; } = "(^/home$)|(^/$)|(^/boot$)";

    /// <summary>The keys.</summary>
    public static OptionSchema<MountpointPermOptions> Keys { get; } = Schema<MountpointPermOptions>("mountpoint_perm")
        .Add("mount_points_included", OptionTypes.Pattern, o => o.MountPointsIncluded, (o, v) => o.MountPointsIncluded = v, "Only mount points in whose path this is found; empty for all.");
}
