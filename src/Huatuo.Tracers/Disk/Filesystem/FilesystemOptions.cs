using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.Filesystem;

/// <summary>The section <c>tracers.filesystem</c>.</summary>
internal sealed class FilesystemOptions : TracerOptions
{
    /// <summary>Which mount points are shown.</summary>
    public string MountPointsIncluded { get; set; } = "";

    /// <summary>Which are not.</summary>
    public string MountPointsExcluded { get; set; } = "^/(dev|proc|sys)($|/)|^/(run|var/lib)/(docker|containerd|containers|kubelet|credentials)/";

    /// <summary>Which types of file systems are not.</summary>
    public string TypesExcluded { get; set; } =
        "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|fusectl|hugetlbfs|mqueue|nsfs|overlay|proc|pstore|ramfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$";

    /// <summary>How long a file system may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The keys.</summary>
    public static OptionSchema<FilesystemOptions> Keys { get; } = Schema<FilesystemOptions>("filesystem")
        .Add("mount_points_included", OptionTypes.Pattern, o => o.MountPointsIncluded, (o, v) => o.MountPointsIncluded = v, "Only mount points in whose path this is found; empty for all.")
        .Add("mount_points_excluded", OptionTypes.Pattern, o => o.MountPointsExcluded, (o, v) => o.MountPointsExcluded = v, "None in whose path this is found.")
        .Add("types_excluded", OptionTypes.Pattern, o => o.TypesExcluded, (o, v) => o.TypesExcluded = v, "No types of file systems in whose name this is found.")
        .Add("timeout", OptionTypes.DurationBetween(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)), o => o.Timeout, (o, v) => o.Timeout = v, "How long a scrape waits for a file system before it is shown as stuck.");
}
