namespace Huatuo.Linux.Cgroups;

/// <summary>Which cgroup hierarchies are mounted.</summary>
public enum CgroupLayout
{
    /// <summary>None.</summary>
    None,

    /// <summary>Only v1 hierarchies, one per controller or group of controllers.</summary>
    V1,

    /// <summary>Only the unified hierarchy.</summary>
    V2,

    /// <summary>Both; each controller belongs to one of them.</summary>
    Hybrid,
}
