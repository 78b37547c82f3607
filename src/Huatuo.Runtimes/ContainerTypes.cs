namespace Huatuo.Runtimes;

/// <summary>The values of <c>container_type</c>.</summary>
internal static class ContainerTypes
{
    /// <summary>The annotation that tells where the kubelet has a pod from.</summary>
    internal const string ConfigSource = "kubernetes.io/config.source";

    internal const string Normal = "normal";
    internal const string Sidecar = "sidecar";
    internal const string DaemonSet = "daemonSet";
    internal const string Node = "node";
    internal const string Static = "static";
    internal const string Sandbox = "sandbox";

    /// <summary>By what controls the pod, then by the container's name.</summary>
    /// <param name="name">The container's name.</param>
    /// <param name="configSource">Where the pod's configuration is from, when known.</param>
    /// <param name="owner">The kind of the pod's owner; empty for none.</param>
    internal static string Of(string name, string? configSource, string owner = "") => owner switch
    {
        "DaemonSet" => DaemonSet,
        "Node" => configSource is "api" ? Node : Static,
        _ when configSource is "file" or "http" => Static,
        _ when name == "istio-proxy" => Sidecar,
        _ => Normal,
    };
}
