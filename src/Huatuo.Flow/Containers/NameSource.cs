namespace Huatuo.Flow.Containers;

/// <summary>Who told what a container is called; a lower one is believed first.</summary>
public enum NameSource
{
    /// <summary>The kubelet.</summary>
    Kubelet,

    /// <summary>The container runtime.</summary>
    Runtime,

    /// <summary>The namespaces of its first process.</summary>
    Kernel,

    /// <summary>The path of its cgroup.</summary>
    Path,
}
