using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Linux.Cgroups;

/// <summary>What a cgroup's path tells of the container that it belongs to.</summary>
/// <param name="Id">The container's 64 hexadecimal digits.</param>
/// <param name="CgroupPath">The container's own cgroup: the path up to the component that bears the id.</param>
/// <param name="Runtime">What the component is prefixed with, such as <c>docker</c>, <c>cri-containerd</c>, <c>crio</c>, <c>libpod</c>, or the
/// folder <c>docker</c>; empty when neither is there.</param>
/// <param name="Qos">Kubernetes' class <c>guaranteed</c>, <c>burstable</c> or <c>besteffort</c>; empty outside of Kubernetes.</param>
/// <param name="PodUid">The pod's uid, with dashes; empty outside of Kubernetes.</param>
public sealed record ContainerPath(string Id, string CgroupPath, string Runtime, string Qos, string PodUid)
{
    private const string Pods = "kubepods";
    private const string Pod = "pod";

    /// <summary>Reads the path of a container's cgroup, or of one below it, by any driver (cgroupfs, systemd), nested ones too: the
    /// innermost container counts, with the pod around it.</summary>
    /// <param name="path">A path below the hierarchy's mount point.</param>
    /// <param name="container">What it tells.</param>
    public static bool TryParse(ReadOnlySpan<char> path, [NotNullWhen(true)] out ContainerPath? container)
    {
        container = null;
        if (!ContainerIds.TryFind(path, out int idStart, out int end))
            return false;
        string id = path.Slice(idStart, ContainerIds.IdLength).ToString();
        int start = path[..idStart].LastIndexOf('/') + 1;
        // An outer container's pod is not this one's.
        var around = path[..start];
        int outer = ContainerIds.TryFind(around, out _, out int outerEnd) ? outerEnd : 0;
        around = around[outer..];
        var own = path[start..idStart];
        (string qos, string uid) = FindPod(around, own);
        container = new ContainerPath(id, path[..end].ToString(), FindRuntime(around, own), qos, uid);
        return true;
    }

    private static string FindRuntime(ReadOnlySpan<char> around, ReadOnlySpan<char> prefix)
    {
        prefix = prefix.TrimEnd("-:");
        int colon = prefix.LastIndexOf(':');
        if (!prefix.IsEmpty)
            return prefix[(colon + 1)..].ToString();
        return around.TrimEnd('/').EndsWith("/docker") ? "docker" : "";
    }

    /// <summary>The pod's component, and the class it stands below or names: cgroupfs <c>kubepods/burstable/podUID</c>, systemd
    /// <c>kubepods-burstable-podUID.slice</c>, also before the colon of <c>slice:runtime:id</c>.</summary>
    private static (string Qos, string Uid) FindPod(ReadOnlySpan<char> around, ReadOnlySpan<char> own)
    {
        string qos = "", uid = "";
        foreach (var range in around.Split('/'))
            Read(around[range], ref qos, ref uid);
        foreach (var range in own.Split(':'))
            Read(own[range], ref qos, ref uid);
        return uid.Length == 0 ? ("", "") : (qos, uid);
    }

    private static void Read(ReadOnlySpan<char> component, ref string qos, ref string uid)
    {
        if (component.EndsWith(".slice"))
            component = component[..^".slice".Length];
        if (component.StartsWith(Pods) && (component.Length == Pods.Length || component[Pods.Length] == '-'))
        {
            (qos, uid) = ("guaranteed", "");
            component = component[Math.Min(Pods.Length + 1, component.Length)..];
        }
        else if (qos.Length == 0)
        {
            return;
        }
        foreach (string named in (ReadOnlySpan<string>)["burstable", "besteffort"])
        {
            if (!component.StartsWith(named) || (component.Length > named.Length && component[named.Length] != '-'))
                continue;
            qos = named;
            component = component[Math.Min(named.Length + 1, component.Length)..];
        }
        if (component.StartsWith(Pod) && component.Length > Pod.Length)
            uid = component[Pod.Length..].ToString().Replace('_', '-');
    }
}
