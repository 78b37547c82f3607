using System.Text;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Linux.Tests.Cgroups;

public class ContainerPathTests
{
    private const string A = "4f0c2b7f5d9e1a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3";
    private const string B = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Uid = "1f2e3d4c-5b6a-7988-1122-334455667788";
    private const string SliceUid = "1f2e3d4c_5b6a_7988_1122_334455667788";
    private const string Static = "9f86d081884c7d659a2feaa0c55ad015";

    [Theory]
    [InlineData("/docker/" + A, "", "docker", "", "")]
    [InlineData("/docker/" + A, "/init.scope/x", "docker", "", "")]
    [InlineData("/system.slice/docker-" + A + ".scope", "", "docker", "", "")]
    [InlineData("/default/" + A, "", "", "", "")]
    [InlineData("/machine.slice/libpod-" + A + ".scope", "/container", "libpod", "", "")]
    [InlineData("/libpod_parent/libpod-" + A, "", "libpod", "", "")]
    [InlineData("/kubepods/pod" + Uid + "/" + A, "", "", "guaranteed", Uid)]
    [InlineData("/kubepods/burstable/pod" + Uid + "/" + A, "", "", "burstable", Uid)]
    [InlineData("/kubepods/besteffort/pod" + Uid + "/" + A, "/nested", "", "besteffort", Uid)]
    [InlineData("/kubepods/burstable/pod" + Static + "/" + A, "", "", "burstable", Static)]
    [InlineData("/kubepods.slice/kubepods-pod" + SliceUid + ".slice/cri-containerd-" + A + ".scope", "", "cri-containerd", "guaranteed", Uid)]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + SliceUid + ".slice/crio-" + A + ".scope", "/container", "crio", "burstable", Uid)]
    [InlineData("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + SliceUid + ".slice/docker-" + A + ".scope", "", "docker", "besteffort", Uid)]
    [InlineData("/system.slice/containerd.service/kubepods-burstable-pod" + SliceUid + ".slice:cri-containerd:" + A, "", "cri-containerd", "burstable", Uid)]
    [InlineData("/docker/" + B + "/kubepods/besteffort/pod" + Uid + "/" + A, "", "", "besteffort", Uid)]
    [InlineData("/kubepods/burstable/pod" + Uid + "/" + B + "/docker/" + A, "", "docker", "", "")]
    [InlineData("/kubelet/kubepods/podx/" + A, "", "", "guaranteed", "x")]
    [InlineData("/kubepods/burstable/" + A, "", "", "", "")]
    [InlineData("/kubepodsx/burstable/pod" + Uid + "/" + A, "", "", "", "")]
    [InlineData("/burstable/pod" + Uid + "/" + A, "", "", "", "")]
    public void A_path_tells_runtime_pod_and_class(string own, string below, string runtime, string qos, string uid)
    {
        Assert.True(ContainerPath.TryParse(own + below, out ContainerPath? found));
        Assert.Equal(new ContainerPath(A, own, runtime, qos, uid), found);
    }

    [Fact]
    public void What_is_no_container_tells_nothing()
    {
        Assert.False(ContainerPath.TryParse("/kubepods/burstable/pod" + Uid, out ContainerPath? found));
        Assert.Null(found);
    }

    [Fact]
    public void Damaged_paths_give_a_part_of_themselves_or_nothing()
    {
        byte[] original = Encoding.UTF8.GetBytes("/docker/" + B + "/kubepods.slice/kubepods-burstable-pod" + SliceUid + ".slice/crio-" + A + ".scope/x");
        for (int seed = 0; seed < 5000; seed++)
        {
            string path = Encoding.Latin1.GetString(Mutation.Of(original, seed));
            if (!ContainerPath.TryParse(path, out ContainerPath? found))
                continue;
            Assert.StartsWith(found.CgroupPath, path);
            Assert.Contains(found.Id, found.CgroupPath);
            Assert.Contains(found.PodUid.Replace('-', '_'), path.Replace('-', '_'));
            Assert.Contains(found.Qos, new[] { "", "guaranteed", "burstable", "besteffort" });
        }
    }
}
