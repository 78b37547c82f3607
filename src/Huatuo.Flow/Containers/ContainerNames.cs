namespace Huatuo.Flow.Containers;

/// <summary>What a container is called, as far as one source knows; empty where it does not.</summary>
public sealed record ContainerNames
{
    /// <summary>Nothing is known.</summary>
    public static ContainerNames None { get; } = new();

    /// <summary>The runtime's or the pod's name for it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The host name within it.</summary>
    public string Hostname { get; init; } = "";

    /// <summary><c>normal, sidecar, daemonSet, node, static</c>, or <c>sandbox</c> for the one that holds a pod's namespaces.</summary>
    public string Type { get; init; } = "";

    /// <summary>Kubernetes' class: <c>guaranteed, burstable, besteffort</c>.</summary>
    public string Qos { get; init; } = "";

    /// <summary>The pod's name.</summary>
    public string PodName { get; init; } = "";

    /// <summary>The pod's namespace in Kubernetes.</summary>
    public string PodNamespace { get; init; } = "";

    /// <summary>The pod's uid.</summary>
    public string PodUid { get; init; } = "";

    /// <summary>The image, as it was asked for.</summary>
    public string Image { get; init; } = "";

    /// <summary>The chosen labels and annotations of the pod, or of a container without one, in the order of their names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PodLabels { get; init; } = [];

    /// <summary>This, and what it lacks from a source that knows less well.</summary>
    internal ContainerNames Over(ContainerNames other) => new()
    {
        Name = First(Name, other.Name),
        Hostname = First(Hostname, other.Hostname),
        Type = First(Type, other.Type),
        Qos = First(Qos, other.Qos),
        PodName = First(PodName, other.PodName),
        PodNamespace = First(PodNamespace, other.PodNamespace),
        PodUid = First(PodUid, other.PodUid),
        Image = First(Image, other.Image),
        PodLabels = PodLabels.Count > 0 ? PodLabels : other.PodLabels,
    };

    private static string First(string one, string other) => one.Length > 0 ? one : other;
}
