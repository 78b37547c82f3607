using Huatuo.Flow.Options;

namespace Huatuo.Runtimes;

/// <summary>The section <c>runtimes</c>: where container runtimes listen.</summary>
public sealed class RuntimeOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<RuntimeOptions> Schema { get; } = new OptionSchema<RuntimeOptions>("runtimes")
        .Add("containerd_socket", OptionTypes.Text, o => o.Containerd, (o, v) => o.Containerd = v,
            "containerd's CRI socket; empty = it is not asked. It is asked as soon as the socket exists, as are the others.")
        .Add("crio_socket", OptionTypes.Text, o => o.Crio, (o, v) => o.Crio = v,
            "CRI-O's socket; empty = it is not asked.")
        .Add("docker_socket", OptionTypes.Text, o => o.Docker, (o, v) => o.Docker = v,
            "Docker's socket; empty = it is not asked.")
        .Add("podman_socket", OptionTypes.Text, o => o.Podman, (o, v) => o.Podman = v,
            "The socket of Podman's service; empty = it is not asked.")
        .Add("labels", OptionTypes.List(OptionTypes.Text), o => o.Labels, (o, v) => o.Labels = v,
            "The labels and annotations of pods, or of containers without one, that documents carry as `pod_labels`; a `*` at the end stands for any rest.");

    /// <summary>containerd's socket.</summary>
    public string Containerd { get; set; } = "/run/containerd/containerd.sock";

    /// <summary>CRI-O's socket.</summary>
    public string Crio { get; set; } = "/run/crio/crio.sock";

    /// <summary>Docker's socket.</summary>
    public string Docker { get; set; } = "/run/docker.sock";

    /// <summary>Podman's socket.</summary>
    public string Podman { get; set; } = "/run/podman/podman.sock";

    /// <summary>Labels and annotations to keep.</summary>
    public IReadOnlyList<string> Labels { get; set; } = [];
}
