namespace Huatuo.Linux.Namespaces;

/// <summary>Who a network namespace belongs to, told by the process with the lowest id in it.</summary>
/// <param name="Tgid">That process.</param>
/// <param name="CgroupPath">Its cgroup, in the hierarchy of the memory controller.</param>
public readonly record struct NetnsOwner(int Tgid, string CgroupPath);
