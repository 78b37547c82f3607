using Huatuo.Runtimes.Cri;
using Huatuo.Runtimes.Docker;
using Huatuo.Runtimes.Kubelet;

namespace Huatuo.Runtimes;

/// <summary>All that can be asked for names.</summary>
public static class RuntimeSet
{
    /// <summary>The configured ones, whether they are there or not; the caller's to dispose of.</summary>
    public static IReadOnlyList<IRuntime> Of(RuntimeOptions options, KubeletOptions kubelet)
    {
        ArgumentNullException.ThrowIfNull(options);
        var labels = new LabelChoice(options.Labels);
        List<IRuntime> all = [];
        if (options.Containerd.Length > 0)
            all.Add(new CriRuntime("containerd", options.Containerd, labels));
        if (options.Crio.Length > 0)
            all.Add(new CriRuntime("cri-o", options.Crio, labels));
        if (options.Docker.Length > 0)
            all.Add(new DockerRuntime("docker", options.Docker, labels));
        if (options.Podman.Length > 0)
            all.Add(new DockerRuntime("podman", options.Podman, labels));
        all.Add(new KubeletRuntime(kubelet, labels));
        return all;
    }
}
