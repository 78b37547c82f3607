using Huatuo.Flow.Containers;
using Huatuo.Runtimes.Cri.V1;

namespace Huatuo.Runtimes.Cri;

/// <summary>containerd, CRI-O and whatever else speaks the Container Runtime Interface on a Unix socket.</summary>
/// <param name="name">What it is called.</param>
/// <param name="socket">The socket's path.</param>
/// <param name="labels">Which labels and annotations to keep.</param>
internal sealed class CriRuntime(string name, string socket, LabelChoice labels) : IRuntime
{
    private const string Service = "/runtime.v1.RuntimeService/";
    private readonly Lazy<UnaryGrpc> _grpc = new(() => new UnaryGrpc(UnixHttp.Connect(socket)));

    public string Name => name;

    public NameSource Source => NameSource.Runtime;

    public string? Absent => File.Exists(socket) ? null : $"no socket {socket}";

    public async Task<IReadOnlyDictionary<string, ContainerNames>> ListAsync(CancellationToken stop)
    {
        ListPodSandboxResponse pods = await _grpc.Value.CallAsync(Service + "ListPodSandbox", new ListPodSandboxRequest(), ListPodSandboxResponse.Parser, stop).ConfigureAwait(false);
        ListContainersResponse containers = await _grpc.Value.CallAsync(Service + "ListContainers", new ListContainersRequest(), ListContainersResponse.Parser, stop).ConfigureAwait(false);
        var names = new Dictionary<string, ContainerNames>();
        var byId = new Dictionary<string, PodSandbox>();
        foreach (PodSandbox pod in pods.Items)
        {
            byId[pod.Id] = pod;
            names[pod.Id] = Of(pod) with { Name = "", Type = ContainerTypes.Sandbox };
        }
        foreach (V1.Container container in containers.Containers)
            names[container.Id] = Of(container, byId.GetValueOrDefault(container.PodSandboxId));
        return names;
    }

    public void Dispose()
    {
        if (_grpc.IsValueCreated)
            _grpc.Value.Dispose();
    }

    private ContainerNames Of(PodSandbox pod) => new()
    {
        PodName = pod.Metadata?.Name ?? "",
        PodNamespace = pod.Metadata?.Namespace ?? "",
        PodUid = pod.Metadata?.Uid ?? "",
        PodLabels = labels.Of(pod.Labels, pod.Annotations),
    };

    private ContainerNames Of(V1.Container container, PodSandbox? pod)
    {
        string own = container.Metadata?.Name ?? "";
        ContainerNames names = pod is null ? new ContainerNames { PodLabels = labels.Of(container.Labels, container.Annotations) } : Of(pod);
        return names with
        {
            Name = own,
            Type = ContainerTypes.Of(own, pod?.Annotations.GetValueOrDefault(ContainerTypes.ConfigSource)),
            Image = container.Image?.UserSpecifiedImage is { Length: > 0 } asked ? asked : container.Image?.Image ?? "",
        };
    }
}
