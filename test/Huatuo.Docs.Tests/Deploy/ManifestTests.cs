namespace Huatuo.Docs.Tests.Deploy;

/// <summary>What deploy/ ships for Kubernetes.</summary>
public sealed class ManifestTests
{
    private static readonly string Shipped = Repository.Read("deploy/kubernetes/huatuo.yaml");

    [Fact]
    public void ItFitsTheAgentAndItself() => Assert.Empty(Manifest.Faults(Shipped));

    [Theory]
    [InlineData("data_dir:", "data_folder:", "data_folder")]
    [InlineData("max_age: 168h", "max_age: 7days", "max_age")]
    [InlineData("      filesystem:", "      filesystems:", "filesystems")]
    [InlineData("listen: 0.0.0.0:19704", "listen: 0.0.0.0:19705", "the port is not that of listen, 19705")]
    [InlineData("data_dir: /var/lib/huatuo", "data_dir: /data", "/data is not mounted")]
    [InlineData("mountPath: /run/huatuo", "mountPath: /run/nothing", "/run/nothing is mounted, and nothing of it is used")]
    [InlineData("            path: /sys/fs/cgroup", "            path: /sys/fs", "/sys/fs/cgroup is /sys/fs of the node")]
    [InlineData("              mountPath: /run/containerd\n", "              mountPath: /run/crio\n", "/run/containerd is not mounted")]
    [InlineData("hostPID: true", "hostPID: false", "the pod lacks hostPID")]
    [InlineData("privileged: true", "privileged: false", "the container is not privileged")]
    [InlineData("path: /readyz", "path: /ready", "startupProbe: there is no /ready")]
    [InlineData("args: [agent]", "args: [daemon]", "the arguments are no command")]
    [InlineData("serviceAccountName: huatuo", "serviceAccountName: default", "the pod has another service account")]
    [InlineData("nodes/proxy", "nodes", "the role is not what the kubelet asks for")]
    [InlineData("        - name: tmp\n          emptyDir: {}", "        - name: temp\n          emptyDir: {}", "there is no volume tmp")]
    [InlineData("      app.kubernetes.io/name: huatuo\n  updateStrategy", "      app.kubernetes.io/name: agent\n  updateStrategy", "the selector selects other pods")]
    public void AFaultIsNoticed(string text, string instead, string fault)
    {
        Assert.Contains(text, Shipped, StringComparison.Ordinal);
        Assert.Contains(Manifest.Faults(Shipped.Replace(text, instead, StringComparison.Ordinal)), found => found.Contains(fault, StringComparison.Ordinal));
    }
}
