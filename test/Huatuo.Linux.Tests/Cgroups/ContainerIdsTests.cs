using System.Text;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Linux.Tests.Cgroups;

public class ContainerIdsTests
{
    private const string A = "4f0c2b7f5d9e1a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3";
    private const string B = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Pod = "pod1f2e3d4c-5b6a-7988-1122-334455667788";
    private const string PodSlice = "kubepods-burstable-pod1f2e3d4c_5b6a_7988_1122_334455667788.slice";

    [Theory]
    [InlineData("/docker/" + A)]
    [InlineData("/system.slice/docker-" + A + ".scope")]
    [InlineData("/kubepods/burstable/" + Pod + "/" + A)]
    [InlineData("/kubepods/" + Pod + "/" + A)]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/" + PodSlice + "/cri-containerd-" + A + ".scope")]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/" + PodSlice + "/crio-" + A + ".scope")]
    [InlineData("/kubepods.slice/" + PodSlice + "/docker-" + A + ".scope")]
    [InlineData("/system.slice/containerd.service/" + PodSlice + ":cri-containerd:" + A)]
    [InlineData("/machine.slice/libpod-" + A + ".scope")]
    [InlineData("/machine.slice/libpod-" + A + ".scope/container")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + A + ".scope")]
    [InlineData("/libpod_parent/libpod-" + A)]
    [InlineData("/docker/" + A + "/system.slice/cron.service")]
    [InlineData("/docker/" + B + "/docker/" + A)]
    [InlineData("/docker/" + B + "/kubepods/besteffort/" + Pod + "/" + A)]
    [InlineData("/system.slice/docker-" + B + ".scope/kubepods.slice/" + PodSlice + "/cri-containerd-" + A + ".scope/init.scope/")]
    [InlineData("/default/" + A)]
    [InlineData(A)]
    public void The_innermost_container_is_found(string path)
    {
        Assert.True(ContainerIds.TryParse(path, out string? id));
        Assert.Equal(A, id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/system.slice/docker.service")]
    [InlineData("/init.scope")]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/" + PodSlice)]
    [InlineData("/docker/" + A + "0")]
    [InlineData("/docker/0123456789ab")]
    [InlineData("/docker/4F0C2B7F5D9E1A3B4C5D6E7F8091A2B3C4D5E6F708192A3B4C5D6E7F8091A2B3")]
    [InlineData("/docker/g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("/docker/-" + A)]
    [InlineData("/docker/x" + A)]
    [InlineData("/system.slice/docker-" + A + ".mount")]
    [InlineData("/system.slice/var-lib-docker-overlay2-" + A + "-merged.mount")]
    [InlineData("/machine.slice/libpod-conmon-" + A + ".scope")]
    [InlineData("/kubepods.slice/" + PodSlice + "/crio-conmon-" + A + ".scope")]
    public void What_is_no_container_has_no_id(string path)
    {
        Assert.False(ContainerIds.TryParse(path, out string? id));
        Assert.Null(id);
    }

    [Fact]
    public void Damaged_paths_give_an_id_that_they_hold_or_none()
    {
        byte[] original = Encoding.UTF8.GetBytes("/docker/" + B + "/kubepods.slice/" + PodSlice + "/crio-" + A + ".scope/x");
        for (int seed = 0; seed < 5000; seed++)
        {
            string path = Encoding.Latin1.GetString(Mutation.Of(original, seed));
            if (!ContainerIds.TryParse(path, out string? id)) continue;
            Assert.Matches("^[0-9a-f]{64}$", id);
            Assert.Contains(id, path);
        }
    }
}
